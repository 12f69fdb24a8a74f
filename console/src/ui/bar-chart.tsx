// Stacked bars over an axis, drawn by hand: each can be reached by the keyboard and says its numbers; the words below say the whole.
import { Box, Group, Stack, Text } from '@mantine/core';
import { useElementSize } from '@mantine/hooks';
import { type KeyboardEvent, useId, useState } from 'react';
import { labelledPlaces, ticksUpTo } from './chart-scale.ts';

export type Series = { readonly name: string; readonly tone: 'one' | 'two' | 'bad' };
export type Bar = {
  readonly key: string;
  /** Below the axis. */
  readonly label: string;
  /** Everything the bar says, in words. */
  readonly text: string;
  /** One for each series, from below. */
  readonly values: readonly number[];
};

type Props = {
  readonly name: string;
  /** What the chart shows, in a sentence: for whoever does not see it. */
  readonly summary: string;
  readonly series: readonly Series[];
  readonly bars: readonly Bar[];
};

const HEIGHT = 190;
const TOP = 8;
const BOTTOM = 22;
const LEFT = 46;
const LABEL_WIDTH = 66;
const compact = new Intl.NumberFormat(undefined, { notation: 'compact', maximumFractionDigits: 1 });

export function BarChart({ name, summary, series, bars }: Props) {
  const { ref, width } = useElementSize();
  const [reached, setReached] = useState<number>();
  const [shown, setShown] = useState<number>();
  const about = useId();
  return (
    <Stack gap={4} component="figure" m={0}>
      <Group justify="space-between" gap="sm">
        <Text size="sm" fw={600}>
          {name}
        </Text>
        <Legend series={series} />
      </Group>
      <Box ref={ref} h={HEIGHT} className="chart-frame">
        {width === 0 ? null : (
          <svg role="group" aria-label={name} aria-describedby={about} width={width} height={HEIGHT} className="chart">
            <Drawing
              width={width}
              series={series}
              bars={bars}
              current={Math.min(reached ?? bars.length - 1, bars.length - 1)}
              onReach={setReached}
              onShow={setShown}
            />
          </svg>
        )}
      </Box>
      <Text size="xs" c="dimmed" component="figcaption" id={about} hidden={shown !== undefined}>
        {summary}
      </Text>
      {shown === undefined ? null : (
        <Text size="xs" aria-hidden="true">
          {bars[shown]?.text}
        </Text>
      )}
    </Stack>
  );
}

function Legend({ series }: Pick<Props, 'series'>) {
  return (
    <Group gap="sm" aria-hidden="true">
      {series.map(({ name, tone }) => (
        <Group key={name} gap={6} wrap="nowrap">
          <svg width={10} height={10} className="chart">
            <rect width={10} height={10} rx={2} className={`chart-${tone}`} />
          </svg>
          <Text size="xs">{name}</Text>
        </Group>
      ))}
    </Group>
  );
}

type DrawingProps = Pick<Props, 'series' | 'bars'> & {
  readonly width: number;
  /** The one bar that the keyboard comes to; arrows lead to the others. */
  readonly current: number;
  readonly onReach: (place: number) => void;
  readonly onShow: (place: number | undefined) => void;
};

function Drawing({ width, series, bars, current, onReach, onShow }: DrawingProps) {
  const ticks = ticksUpTo(Math.max(0, ...bars.map(({ values }) => values.reduce((sum, value) => sum + value, 0))));
  const most = ticks.at(-1) ?? 1;
  const inner = Math.max(1, width - LEFT);
  const high = HEIGHT - TOP - BOTTOM;
  const band = inner / Math.max(1, bars.length);
  const labelled = labelledPlaces(bars.length, inner, LABEL_WIDTH);
  const yOf = (value: number): number => TOP + high - (value / most) * high;
  const listen = (event: KeyboardEvent<SVGGElement>): void => {
    const last = bars.length - 1;
    const places: Readonly<Record<string, number>> = {
      ArrowLeft: Math.max(0, current - 1),
      ArrowRight: Math.min(last, current + 1),
      Home: 0,
      End: last,
    };
    const place = places[event.key];
    if (place === undefined) return;
    event.preventDefault();
    onReach(place);
    const next = event.currentTarget.parentElement?.querySelectorAll<SVGGElement>('.chart-bar')[place];
    next?.focus();
  };
  return (
    <>
      <g aria-hidden="true">
        {ticks.map((tick) => (
          <g key={tick}>
            <line x1={LEFT} x2={width} y1={yOf(tick)} y2={yOf(tick)} className="chart-line" />
            <text x={LEFT - 8} y={yOf(tick)} dy="0.32em" textAnchor="end" className="chart-word">
              {compact.format(tick)}
            </text>
          </g>
        ))}
      </g>
      {bars.map(({ key, label, text, values }, place) => (
        // oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions -- the arrows only lead from mark to mark
        <g
          key={key}
          role="img"
          aria-label={text}
          className="chart-bar"
          // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- a mark that says its numbers must be reached
          tabIndex={place === current ? 0 : -1}
          onKeyDown={listen}
          onFocus={() => {
            onReach(place);
            onShow(place);
          }}
          onBlur={() => onShow(undefined)}
          onMouseEnter={() => onShow(place)}
          onMouseLeave={() => onShow(undefined)}
        >
          <rect x={LEFT + place * band} y={TOP} width={band} height={high} className="chart-reach" />
          <Stacked
            values={values}
            series={series}
            x={LEFT + place * band + gapOf(band) / 2}
            width={band - gapOf(band)}
            yOf={yOf}
          />
          {labelled.has(place) ? (
            <text
              x={place === bars.length - 1 ? width : LEFT + (place + 0.5) * band}
              y={HEIGHT - 6}
              textAnchor={place === bars.length - 1 ? 'end' : 'middle'}
              className="chart-word"
              aria-hidden="true"
            >
              {label}
            </text>
          ) : null}
        </g>
      ))}
    </>
  );
}

const gapOf = (band: number): number => Math.min(10, band * 0.28);

type StackedProps = Pick<Bar, 'values'> &
  Pick<Props, 'series'> & {
    readonly x: number;
    readonly width: number;
    readonly yOf: (value: number) => number;
  };

function Stacked({ values, series, x, width, yOf }: StackedProps) {
  return values.map((value, at) => {
    if (value === 0) return null;
    const below = values.slice(0, at).reduce((sum, one) => sum + one, 0);
    // What is there is seen, however little it is beside the most.
    const height = Math.max(1.5, yOf(below) - yOf(below + value));
    const { name = '', tone = 'one' } = series[at] ?? {};
    return <rect key={name} x={x} width={width} y={yOf(below) - height} height={height} className={`chart-${tone}`} />;
  });
}
