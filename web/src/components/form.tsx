import { type FormEvent, type InputHTMLAttributes, useState } from "react";

/** A form that is busy while it sends, and holds the error of a refusal. */
export function useForm(send: (form: FormData) => Promise<void>) {
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<unknown>(null);
  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
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

interface FieldProps extends InputHTMLAttributes<HTMLInputElement> {
  label: string;
  name: string;
  hint?: string;
  problem?: string | undefined;
}

/** A labelled input, with what it needs and what is wrong with it. */
export function Field({ label, name, hint, problem, ...input }: FieldProps) {
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
