import { Compass } from "lucide-react";
import { Link } from "wouter";
import { PageHeading } from "../components/page-heading.tsx";
import { Empty } from "../components/states.tsx";
import { t } from "../texts/texts.ts";

export const NotFoundPage = () => (
  <>
    <PageHeading title={t.notFound.title} />
    <Empty icon={<Compass size={32} aria-hidden />} title={t.notFound.text}>
      <Link href="/" className="button button--quiet">
        {t.feed.backToFeed}
      </Link>
    </Empty>
  </>
);
