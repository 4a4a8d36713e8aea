import { Fragment } from "react";
import { Link } from "wouter";

const special = /(https?:\/\/[^\s<>"']+|(?<![\w@/.])@[A-Za-z0-9_.]{3,30})/g;

/** An address that is safe to link: http(s) only. */
export function safeUrl(text: string): URL | null {
  const url = URL.canParse(text) ? new URL(text) : null;
  return url && (url.protocol === "http:" || url.protocol === "https:") ? url : null;
}

/** A link to another site, without referrer or endorsement. */
export function OuterLink({ url, children, className = "link" }: { url: URL; children?: React.ReactNode; className?: string }) {
  return (
    <a className={className} href={url.href} target="_blank" rel="noopener noreferrer nofollow ugc">
      {children ?? url.host + (url.pathname === "/" ? "" : url.pathname)}
    </a>
  );
}

/** User text, with its line breaks, links and mentions. It is never parsed as HTML. */
export function RichText({ text }: { text: string }) {
  return text.split(special).map((part, index) => {
    const key = `${index}`;
    if (index % 2 === 0) return <Fragment key={key}>{part}</Fragment>;
    if (part.startsWith("@")) {
      const name = part.slice(1).replace(/\.+$/, "");
      return (
        <Fragment key={key}>
          <Link className="link" href={`/@${name}`}>
            @{name}
          </Link>
          {part.slice(1 + name.length)}
        </Fragment>
      );
    }
    const address = part.replace(/[.,;:!?)\]]+$/, "");
    const url = safeUrl(address);
    return (
      <Fragment key={key}>
        {url ? <OuterLink url={url}>{address.replace(/^https?:\/\//, "")}</OuterLink> : address}
        {part.slice(address.length)}
      </Fragment>
    );
  });
}
