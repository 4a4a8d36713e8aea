import { createContext, type FormEvent, type InputHTMLAttributes, useContext, useEffect, useRef, useState } from "react";

/** What is wrong with the fields of the form around, by their names. */
export const FieldProblems = createContext<Readonly<Record<string, string>>>({});

/** A form that is busy while it sends, and holds the error of a refusal. The first field that is wrong gets the focus. */
export function useForm(send: (form: FormData) => Promise<void>) {
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<unknown>(null);
  const form = useRef<HTMLFormElement>(null);
  useEffect(() => {
    if (problem !== null) focusInvalid(form.current);
  }, [problem]);
  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    form.current = event.currentTarget;
    setBusy(true);
    setProblem(null);
    try {
      await send(new FormData(event.currentTarget));
    } catch (error) {
      setProblem(error);
    } finally {
      setBusy(false);
    }
  }
  return { busy, problem, submit };
}

/** Focuses the first field that is wrong; false when no field is. */
export function focusInvalid(form: HTMLFormElement | null): boolean {
  const field = form?.querySelector<HTMLElement>('[aria-invalid="true"]');
  field?.focus();
  return Boolean(field);
}

/** What is wrong with a field of the form around, or with one of several values that it has. */
export const useFieldProblem = (name: string): string | undefined =>
  Object.entries(useContext(FieldProblems)).find(([field]) => field === name || field.startsWith(`${name}.`))?.[1];

interface FieldProps extends InputHTMLAttributes<HTMLInputElement> {
  label: string;
  name: string;
  hint?: string;
  problem?: string | undefined;
}

/** A labelled input, with what it needs and what is wrong with it. */
export function Field({ label, name, hint, problem: given, ...input }: FieldProps) {
  const inForm = useContext(FieldProblems)[name];
  const problem = given ?? inForm;
  const described = [hint && `${name}-hint`, problem && `${name}-problem`].filter(Boolean).join(" ");
  return (
    <div className="field">
      <label htmlFor={name}>{label}</label>
      <input id={name} name={name} {...input} aria-invalid={problem ? true : undefined} aria-describedby={described || undefined} />
      {hint && (
        <p id={`${name}-hint`} className="field__hint">
          {hint}
        </p>
      )}
      {problem && (
        <p id={`${name}-problem`} className="problem" role="alert">
          {problem}
        </p>
      )}
    </div>
  );
}
