import { Shapes } from "lucide-react";
import { Feed } from "../components/feed.tsx";
import { PageHeading } from "../components/page-heading.tsx";
import { PostSkeletons } from "../components/skeletons.tsx";
import { Empty, Failed } from "../components/states.tsx";
import { useCategories } from "../data/categories.ts";
import { t } from "../texts/texts.ts";
import { NotFoundPage } from "./not-found.tsx";

/** The public posts in a category. */
export function CategoryPage({ category: slug = "" }: { category?: string }) {
  const { data, error, refetch } = useCategories();
  const category = data?.find((each) => each.slug === slug);
  if (data && !category) return <NotFoundPage />;
  return (
    <>
      <PageHeading title={category?.name ?? t.categories.one} />
      {category && <Feed name={`category:${slug}`} empty={<Empty icon={<Shapes size={32} aria-hidden />} title={t.feed.noPosts} />} />}
      {!data && (error ? <Failed error={error} retry={() => void refetch()} /> : <PostSkeletons />)}
    </>
  );
}
