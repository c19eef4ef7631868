import { httpAnswer } from './http-answer.ts';

/** What a server tells Prometheus, one number for each series: `name{label="value"}`, labels in the order of the text. */
export async function seriesOf(
  url: string,
  headers: Readonly<Record<string, string>> = {},
): Promise<ReadonlyMap<string, number>> {
  const { status, body } = await httpAnswer(`${url}/metrics`, { headers });
  if (status !== 200) throw new Error(`/metrics answered with ${status}: ${body}`);
  const lines = body.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  return new Map(
    lines.map((line) => {
      const space = line.lastIndexOf(' ');
      return [line.slice(0, space), Number(line.slice(space + 1))];
    }),
  );
}
