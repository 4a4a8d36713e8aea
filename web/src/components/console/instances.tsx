import { useInstances, useLimits } from "../../data/console.ts";
import { t } from "../../texts/account.ts";
import { useLanguage } from "../../texts/texts.ts";
import { PostSkeletons } from "../skeletons.tsx";
import { Failed } from "../states.tsx";
import { useDates } from "../time.tsx";

/** Who is connected to each instance. */
export function ConsoleInstances() {
  const language = useLanguage();
  const { dayAndTime } = useDates();
  const { data, error, refetch } = useInstances();
  if (error && !data) return <Failed error={error} retry={() => void refetch()} />;
  if (!data) return <PostSkeletons />;
  const number = new Intl.NumberFormat(language);
  return (
    <div className="card console__item">
      <h2>{t.liveInstances.list}</h2>
      <table className="console__table" aria-label={t.liveInstances.list}>
        <thead>
          <tr>
            <th scope="col">{t.liveInstances.instance}</th>
            <th scope="col">{t.liveInstances.sockets}</th>
            <th scope="col">{t.liveInstances.eventStreams}</th>
            <th scope="col">{t.liveInstances.users}</th>
            <th scope="col">{t.liveInstances.since}</th>
          </tr>
        </thead>
        <tbody>
          {data.map(({ name, sockets, eventStreams, users, startedAt }) => (
            <tr key={name}>
              <th scope="row" dir="ltr">
                {name}
              </th>
              <td>{number.format(sockets)}</td>
              <td>{number.format(eventStreams)}</td>
              <td>{number.format(users)}</td>
              <td>{dayAndTime(startedAt)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** The limits that were asked at the gateway which answers. */
export function ConsoleLimits() {
  const language = useLanguage();
  const { dayAndTime } = useDates();
  const { data, error, refetch } = useLimits();
  if (error && !data) return <Failed error={error} retry={() => void refetch()} />;
  if (!data) return <PostSkeletons />;
  const number = new Intl.NumberFormat(language);
  return (
    <div className="card console__item">
      <h2>{t.rateLimits.list}</h2>
      <p>{t.rateLimits.countedAt(data.instance, dayAndTime(data.since))}</p>
      <table className="console__table" aria-label={t.rateLimits.list}>
        <thead>
          <tr>
            <th scope="col">{t.rateLimits.limit}</th>
            <th scope="col">{t.rateLimits.points}</th>
            <th scope="col">{t.rateLimits.asked}</th>
            <th scope="col">{t.rateLimits.refused}</th>
          </tr>
        </thead>
        <tbody>
          {data.limits
            .filter(({ asked }) => asked > 0)
            .map(({ name, points, windowSeconds, asked, refused }) => (
              <tr key={name}>
                <th scope="row" dir="ltr">
                  {name}
                </th>
                <td>{t.rateLimits.within(number.format(points), number.format(windowSeconds / 60))}</td>
                <td>{number.format(asked)}</td>
                <td>{number.format(refused)}</td>
              </tr>
            ))}
        </tbody>
      </table>
    </div>
  );
}
