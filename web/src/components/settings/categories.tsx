import type { Category } from "@newfeed/client";
import { foldLine, lengths } from "@newfeed/shared/contracts/text.ts";
import { Plus } from "lucide-react";
import { useState } from "react";
import { refetchCategories, useCategories } from "../../data/categories.ts";
import { client } from "../../data/client.ts";
import { useMe } from "../../data/session.ts";
import { t } from "../../texts/account.ts";
import { Confirm, FormDialog } from "../dialogs.tsx";
import { Field } from "../form.tsx";
import { Failed } from "../states.tsx";
import { showProblem } from "../toasts.tsx";
import { Row, RowButton } from "./rows.tsx";

/** For administrators: what posts can be in. */
export function CategorySettings() {
  const isAdministrator = useMe()?.roles.includes("admin") ?? false;
  return isAdministrator ? <Administered /> : null;
}

/** What addresses call it, by its name. */
const slugOf = (name: string): string =>
  name
    .normalize("NFKD")
    .toLowerCase()
    .replaceAll("ß", "ss")
    .replace(/\p{M}/gu, "")
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-+|-+$/g, "")
    .slice(0, 40)
    .replace(/-+$/, "");

function Administered() {
  const { data = [], error, refetch } = useCategories();
  const [editing, setEditing] = useState<Category | "new" | null>(null);
  const [removing, setRemoving] = useState<Category | null>(null);
  async function remove({ slug }: Category) {
    await client.categories.delete(slug).catch((problem: unknown) => showProblem(t.categorySettings.removeFailed, problem));
    refetchCategories();
  }
  if (error) return <Failed error={error} retry={() => void refetch()} />;
  return (
    <section className="card settings__part" aria-labelledby="categories">
      <h2 id="categories">{t.categories.title}</h2>
      <p>{t.categorySettings.text}</p>
      <ul className="devices" aria-label={t.categories.title}>
        {data.map((category) => (
          <Row key={category.slug} name={<bdi>{category.name}</bdi>} about={<span dir="ltr">{category.slug}</span>}>
            <RowButton label={t.categorySettings.editName(category.name)} onClick={() => setEditing(category)}>
              {t.common.edit}
            </RowButton>
            <RowButton label={t.categorySettings.removeName(category.name)} onClick={() => setRemoving(category)}>
              {t.people.remove}
            </RowButton>
          </Row>
        ))}
      </ul>
      <button type="button" className="button button--quiet" onClick={() => setEditing("new")}>
        <Plus size={17} aria-hidden />
        {t.categorySettings.add}
      </button>
      {editing && <EditCategory of={editing === "new" ? null : editing} onClose={() => setEditing(null)} />}
      {removing && (
        <Confirm
          title={t.categorySettings.removeName(removing.name)}
          text={t.categorySettings.removeText}
          action={t.people.remove}
          onConfirm={() => void remove(removing)}
          onClose={() => setRemoving(null)}
        />
      )}
    </section>
  );
}

function EditCategory({ of, onClose }: { of: Category | null; onClose: () => void }) {
  const [name, setName] = useState(of?.name ?? "");
  /** As long as nobody has written another, it follows the name. */
  const [slug, setSlug] = useState<string | null>(of?.slug ?? null);
  async function save(form: FormData) {
    const body = { name: foldLine(name), position: Number(form.get("position")) };
    await (of ? client.categories.update(of.slug, body) : client.categories.create({ ...body, slug: slug ?? slugOf(name) }));
    refetchCategories();
  }
  return (
    <FormDialog title={of ? t.categorySettings.editName(of.name) : t.categorySettings.add} action={t.common.save} onClose={onClose} onSubmit={save}>
      <Field
        label={t.categorySettings.name}
        name="name"
        required
        maxLength={lengths.categoryName}
        dir="auto"
        value={name}
        onChange={(event) => setName(event.target.value)}
      />
      {!of && (
        <Field
          label={t.categorySettings.slug}
          name="slug"
          hint={t.categorySettings.slugHint}
          required
          maxLength={40}
          dir="ltr"
          value={slug ?? slugOf(name)}
          onChange={(event) => setSlug(event.target.value)}
        />
      )}
      <Field
        label={t.categorySettings.position}
        name="position"
        type="number"
        min={0}
        max={9_999}
        defaultValue={of?.position ?? 0}
        hint={t.categorySettings.positionHint}
        required
      />
    </FormDialog>
  );
}
