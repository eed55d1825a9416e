/** What a structured clone does to the messages that ports carry: plain data and typed arrays are
 *  copied, transferred buffers are moved and the sender's views of them become empty.
 *  Written out because Node's `structuredClone` costs some 20 µs a message; buffers still go through it.
 *  @throws TypeError for what a structured clone refuses, too: functions and symbols */
export function structuredCopy(message: unknown, transfer: readonly ArrayBuffer[] = []): unknown {
  const moved = new Map<ArrayBufferLike, ArrayBuffer>();
  // copied first: every view of a buffer must be read before the buffer is taken away
  const views: { readonly view: ArrayBufferView; readonly into: (copy: unknown) => void }[] = [];
  const copy = copyValue(message, views);
  const layouts = views.map(({ view }) => ({
    offset: view.byteOffset,
    length: (view as Uint8Array).length,
  }));
  for (const buffer of transfer)
    moved.set(buffer, structuredClone(buffer, { transfer: [buffer] }) as ArrayBuffer);
  views.forEach(({ view, into }, index) => {
    const buffer = moved.get(view.buffer);
    const { offset, length } = layouts[index]!;
    const Type = view.constructor as new (b: ArrayBufferLike, o?: number, l?: number) => unknown;
    into(
      buffer
        ? new Type(buffer, offset, length)
        : new Type(
            view.buffer.slice(view.byteOffset, view.byteOffset + view.byteLength),
            0,
            length,
          ),
    );
  });
  return copy;
}

type Views = { readonly view: ArrayBufferView; readonly into: (copy: unknown) => void }[];

function copyValue(value: unknown, views: Views): unknown {
  if (typeof value === "function" || typeof value === "symbol")
    throw new TypeError(`${typeof value} could not be cloned`);
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) {
    const list: unknown[] = Array.from({ length: value.length });
    for (let i = 0; i < value.length; i++)
      if (isPlain(value[i])) list[i] = value[i];
      else place(value[i], views, (copy) => (list[i] = copy));
    return list;
  }
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) return structuredClone(value);
  const out: Record<string, unknown> = {};
  for (const key of Object.keys(value)) {
    const each = (value as Record<string, unknown>)[key];
    if (isPlain(each)) out[key] = each;
    else place(each, views, (copy) => (out[key] = copy));
  }
  return out;
}

/** Whether it needs no copying: most of what is sent. */
function isPlain(value: unknown): boolean {
  const type = typeof value;
  return value === null || (type !== "object" && type !== "function" && type !== "symbol");
}

function place(value: unknown, views: Views, into: (copy: unknown) => void): void {
  if (ArrayBuffer.isView(value)) views.push({ view: value, into });
  else into(copyValue(value, views));
}
