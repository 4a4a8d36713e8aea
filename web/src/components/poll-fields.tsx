import { lengths, pollBounds } from "@newfeed/shared/contracts/text.ts";
import { Plus, X } from "lucide-react";
import { useId, useLayoutEffect, useRef } from "react";
import type { PollDraft } from "../data/polls.ts";
import { t } from "../texts/account.ts";
import { useLanguage } from "../texts/texts.ts";
import { durationIn } from "./durations.ts";
import "./poll-fields.css";

export interface PollFieldsProps {
  poll: PollDraft;
  /** Null removes it. */
  change: (poll: PollDraft | null) => void;
}

const [hour, day] = [3_600, 86_400];
const durations = [300, 1_800, hour, 6 * hour, day, 3 * day, 7 * day, 14 * day, 30 * day];

/** In the form for a post: the options of its poll, and how long it is open. */
export function PollFields({ poll, change }: PollFieldsProps) {
  const { options, duration } = poll;
  const language = useLanguage();
  const fields = useRef<HTMLOListElement>(null);
  const durationId = useId();
  /** The option that gets the focus once it is there: the first one, when the fields have just been opened. */
  const focused = useRef<number | null>(options.every((option) => option === "") ? 0 : null);
  // As it is drawn: an effect of an earlier drawing may come only after `focused` is set, and would not find the option yet.
  useLayoutEffect(() => {
    const place = focused.current;
    if (place === null) return;
    const focus = () => {
      focused.current = null;
      fields.current?.querySelectorAll("input")[place]?.focus();
    };
    if (place > 0) return focus();
    // The menu that has opened the fields gives the focus back before.
    const frame = requestAnimationFrame(focus);
    return () => cancelAnimationFrame(frame);
  });
  const set = (next: readonly string[]) => change({ options: next, duration });
  function add() {
    focused.current = options.length;
    set([...options, ""]);
  }
  function remove(at: number) {
    focused.current = Math.min(at, options.length - 2);
    set(options.filter((_, other) => other !== at));
  }
  return (
    <fieldset className="poll-fields">
      <legend className="visually-hidden">{t.poll.label}</legend>
      <ol ref={fields}>
        {options.map((option, at) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: an option has nothing but its place
          <li key={at} className="poll-fields__option">
            <input
              aria-label={t.poll.option(at + 1)}
              placeholder={t.poll.option(at + 1)}
              maxLength={lengths.pollOption}
              dir="auto"
              value={option}
              onChange={({ target }) => set(options.map((other, index) => (index === at ? target.value : other)))}
              onKeyDown={(event) => {
                // It would send the post.
                if (event.key !== "Enter" || event.ctrlKey || event.metaKey || event.nativeEvent.isComposing) return;
                event.preventDefault();
                if (at < options.length - 1) fields.current?.querySelectorAll("input")[at + 1]?.focus();
                else if (options.length < pollBounds.options.max) add();
              }}
            />
            {options.length > pollBounds.options.min && (
              <button
                type="button"
                className="icon-button"
                aria-label={t.poll.removeOption(at + 1)}
                title={t.poll.removeOption(at + 1)}
                onClick={() => remove(at)}
              >
                <X size={18} aria-hidden />
              </button>
            )}
          </li>
        ))}
      </ol>
      <div className="poll-fields__foot">
        {options.length < pollBounds.options.max && (
          <button type="button" className="plain-button link poll-fields__add" onClick={add}>
            <Plus size={16} aria-hidden /> {t.poll.addOption}
          </button>
        )}
        <span className="poll-fields__duration">
          <label htmlFor={durationId}>{t.poll.duration}</label>
          <select id={durationId} value={duration} onChange={({ target }) => change({ options, duration: Number(target.value) })}>
            {[...new Set([...durations, duration])]
              .sort((a, b) => a - b)
              .map((seconds) => (
                <option key={seconds} value={seconds}>
                  {durationIn(language, seconds)}
                </option>
              ))}
          </select>
        </span>
        <button type="button" className="plain-button link" onClick={() => change(null)}>
          {t.poll.remove}
        </button>
      </div>
    </fieldset>
  );
}
