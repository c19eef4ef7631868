/** The data of an operation that must succeed. */
export async function ask(port, payload) {
  const response = await fetch(`http://127.0.0.1:${port}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(payload),
  });
  const { data, errors } = await response.json();
  if (errors !== undefined) throw new Error(JSON.stringify(errors));
  return data;
}

/** Does the work for each, so many at a time; in order. */
export async function forEachOf(items, atOnce, work) {
  let next = 0;
  const worker = async () => {
    for (let n = next++; n < items.length; n = next++) await work(items[n], n);
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, items.length) }, worker));
}
