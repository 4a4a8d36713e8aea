/** Far more than any answer that can be used. */
const mostBytes = 256 * 1024;

/** A `fetch` that reads only so much of an answer, and follows no redirect: the text is meant for the address that was named. */
export const bounded =
  (fetchAny: typeof fetch): typeof fetch =>
  async (address, init) => {
    const answer = await fetchAny(address, { ...init, redirect: "error" });
    let bytes = 0;
    const body = answer.body?.pipeThrough(
      new TransformStream<Uint8Array, Uint8Array>({
        transform(chunk, controller) {
          bytes += chunk.byteLength;
          if (bytes > mostBytes) throw new Error(`the answer has more than ${mostBytes} bytes`);
          controller.enqueue(chunk);
        },
      }),
    );
    return new Response(body, answer);
  };
