// Reads a metric back from the rendered text, so that tests see what a scraper sees.
import { renderMetrics } from './metrics.ts';

/** Value of the series written exactly so, such as `holdfast_x_total{kind="a"}`; 0 if there is none. */
export async function readMetric(series: string): Promise<number> {
  const line = (await renderMetrics()).split('\n').find((line) => line.startsWith(`${series} `));
  return line === undefined ? 0 : Number(line.slice(series.length + 1));
}

/** How much a series rises while `fn` runs. */
export async function riseOf(series: string, fn: () => unknown): Promise<number> {
  const before = await readMetric(series);
  await fn();
  return (await readMetric(series)) - before;
}
