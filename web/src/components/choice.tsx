import "../styles/feed.css";

interface Props<T extends string> {
  label: string;
  value: T;
  options: readonly { value: T; label: string }[];
  choose: (value: T) => void;
}

/** Which of a few lists is shown. */
export const Choice = <T extends string>({ label, value, options, choose }: Props<T>) => (
  // biome-ignore lint/a11y/useSemanticElements: a fieldset has a legend, and a frame
  <div role="group" className="feed-choice" aria-label={label}>
    {options.map((option) => (
      <button
        key={option.value}
        type="button"
        className={option.value === value ? "button" : "button button--quiet"}
        aria-pressed={option.value === value}
        onClick={() => choose(option.value)}
      >
        {option.label}
      </button>
    ))}
  </div>
);
