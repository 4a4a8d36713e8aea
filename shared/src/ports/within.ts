/** Waits for `work`, but not for ever: then this failure is thrown, and the work goes on unwatched. */
export async function within<T>(milliseconds: number, work: Promise<T>, failure: () => Error): Promise<T> {
  const { promise: late, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(failure()), milliseconds);
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
