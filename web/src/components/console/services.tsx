import { resetBreaker, useServices } from "../../data/console.ts";
import { useMe } from "../../data/session.ts";
import { t } from "../../texts/account.ts";
import { useLanguage } from "../../texts/texts.ts";
import { PostSkeletons } from "../skeletons.tsx";
import { Failed } from "../states.tsx";
import { say } from "../toasts.tsx";

/** Whether each service is ready, and what the gateway's breakers say of it; administrators close those that are open. */
export function ConsoleServices() {
  const language = useLanguage();
  const isAdministrator = useMe()?.roles.includes("admin") ?? false;
  const { data, error, refetch } = useServices();
  if (error && !data) return <Failed error={error} retry={() => void refetch()} />;
  if (!data) return <PostSkeletons />;
  const mayReset = isAdministrator && data.some(({ breaker }) => breaker.state !== "closed");
  const number = new Intl.NumberFormat(language);
  const reset = async (service: string) => {
    if (!(await resetBreaker(service))) say(t.problems.server);
  };
  return (
    <div className="card console__item">
      <table className="console__table" aria-label={t.serviceStates.list}>
        <thead>
          <tr>
            <th scope="col">{t.serviceStates.service}</th>
            <th scope="col">{t.serviceStates.health}</th>
            <th scope="col">{t.serviceStates.breaker}</th>
            <th scope="col">{t.serviceStates.calls}</th>
            <th scope="col">{t.serviceStates.failures}</th>
            {mayReset && <th scope="col">{t.serviceStates.act}</th>}
          </tr>
        </thead>
        <tbody>
          {data.map(({ service, isReady, breaker }) => (
            <tr key={service}>
              <th scope="row" dir="ltr">
                {service.replace("-service", "")}
              </th>
              <td>{isReady ? t.serviceStates.ready : t.serviceStates.away}</td>
              <td>{t.breakerStates[breaker.state]}</td>
              <td>{number.format(breaker.calls)}</td>
              <td>{number.format(breaker.failures)}</td>
              {mayReset && (
                <td>
                  {breaker.state !== "closed" && (
                    <button
                      type="button"
                      className="button button--quiet button--small"
                      aria-label={t.serviceStates.resetOf(service)}
                      onClick={() => void reset(service).catch(() => say(t.problems.network))}
                    >
                      {t.serviceStates.reset}
                    </button>
                  )}
                </td>
              )}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
