import { Compass } from "lucide-react";
import { Link } from "wouter";
import { PageHeading } from "../components/page-heading.tsx";
import { Empty } from "../components/states.tsx";

export const NotFoundPage = () => (
  <>
    <PageHeading title="Page not found" />
    <Empty icon={<Compass size={32} aria-hidden />} title="This page does not exist">
      <Link href="/" className="button button--quiet">
        Back to the feed
      </Link>
    </Empty>
  </>
);
