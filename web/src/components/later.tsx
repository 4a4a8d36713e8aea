import { Component, type ComponentType, lazy, type ReactNode, Suspense, useState } from "react";
import { reloadIfBuildIsGone } from "../data/build.ts";
import { Failed } from "./states.tsx";

const failures = new WeakSet<object>();
/** Is an error that of a part which could not be loaded? Its place says so. */
export const isFailedLoad = (error: unknown): boolean => typeof error === "object" && error !== null && failures.has(error);

interface BoundaryProps {
  failed: () => ReactNode;
  children: ReactNode;
}

/** Shows `failed` in the place of children that throw. React has boundaries as classes only. */
class Boundary extends Component<BoundaryProps, { hasFailed: boolean }> {
  override state = { hasFailed: false };
  static getDerivedStateFromError = () => ({ hasFailed: true });
  override render() {
    return this.state.hasFailed ? this.props.failed() : this.props.children;
  }
}

interface Options<P> {
  /** In its place while it loads. */
  waiting?: ReactNode | ((props: P) => ReactNode);
  /** In its place when it cannot be loaded. */
  failed?: (props: P, retry: () => void) => ReactNode;
}

/**
 * A component that is loaded when it is first shown. While it cannot be loaded, its place says so and offers a retry; the
 * page around it stays.
 */
export function later<P extends object>(load: () => Promise<ComponentType<P>>, { waiting = null, failed }: Options<P> = {}): ComponentType<P> {
  // React keeps the outcome of a load, also of a failed one: each attempt is a new component.
  const attempt = () => {
    const piece = lazy(async () => {
      try {
        return { default: await load() };
      } catch (error) {
        if (next === piece) next = attempt();
        failures.add(error as object);
        await reloadIfBuildIsGone();
        throw error;
      }
    });
    return piece;
  };
  let next = attempt();
  return function Later(props: P) {
    const [{ Piece, count }, setPiece] = useState(() => ({ Piece: next, count: 0 }));
    const retry = () => setPiece({ Piece: next, count: count + 1 });
    return (
      <Boundary key={count} failed={() => (failed ? failed(props, retry) : <Failed retry={retry} />)}>
        <Suspense fallback={typeof waiting === "function" ? waiting(props) : waiting}>
          <Piece {...props} />
        </Suspense>
      </Boundary>
    );
  };
}

/** Keeps what surrounds `children` when they throw while they render. */
export function Guarded({ children }: { children: ReactNode }) {
  const [count, setCount] = useState(0);
  return (
    <Boundary key={count} failed={() => <Failed retry={() => setCount(count + 1)} />}>
      {children}
    </Boundary>
  );
}
