/** The same items, each asked for while the one before is still being worked on: parsing goes on while the database writes. */
export async function* readAhead<T>(items: AsyncIterable<T> | Iterable<T>): AsyncGenerator<T, void, undefined> {
  const iterator = Symbol.asyncIterator in items ? items[Symbol.asyncIterator]() : items[Symbol.iterator]();
  let next = settled(iterator.next());
  try {
    for (;;) {
      const result = await next;
      if (result.done === true) return;
      next = settled(iterator.next());
      yield result.value;
    }
  } finally {
    await iterator.return?.();
  }
}

/** A promise whose failure is told to whoever awaits it, and to nobody if nobody does. */
function settled<T>(result: Promise<T> | T): Promise<T> {
  const promise = Promise.resolve(result);
  promise.catch(() => undefined);
  return promise;
}
