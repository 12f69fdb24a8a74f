// The design language: one type scale, one spacing scale, one accent, and colours that keep their contrast in light and dark.
import {
  Badge,
  Button,
  createTheme,
  type CSSVariablesResolver,
  type MantineColorsTuple,
  Modal,
  Table,
  TextInput,
  Tooltip,
} from '@mantine/core';

/** A calm blue; shade 7 on white and shade 4 on dark have at least 4.5:1. */
const hold: MantineColorsTuple = [
  '#eef5fb',
  '#d8e7f4',
  '#b0cfe9',
  '#84b4dd',
  '#5f9dd2',
  '#3f84c0',
  '#2c6ca5',
  '#1c4f7c',
  '#143c5f',
  '#0c2942',
];

export const theme = createTheme({
  primaryColor: 'hold',
  primaryShade: { light: 7, dark: 6 },
  colors: { hold },
  fontFamily: 'system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif',
  fontFamilyMonospace: 'ui-monospace, "SF Mono", "Cascadia Mono", Menlo, Consolas, monospace',
  fontSizes: { xs: '0.75rem', sm: '0.8125rem', md: '0.875rem', lg: '1rem', xl: '1.125rem' },
  headings: {
    fontWeight: '600',
    sizes: { h1: { fontSize: '1.375rem' }, h2: { fontSize: '1.125rem' }, h3: { fontSize: '0.9375rem' } },
  },
  defaultRadius: 'sm',
  cursorType: 'pointer',
  focusRing: 'auto',
  respectReducedMotion: true,
  components: {
    // A dot carries the colour, the word its meaning: contrast is that of text.
    Badge: Badge.extend({
      defaultProps: { variant: 'dot', tt: 'none', fw: 500 },
      styles: { root: { minWidth: 'max-content' } },
    }),
    Button: Button.extend({ defaultProps: { size: 'sm' } }),
    Modal: Modal.extend({
      defaultProps: { closeButtonProps: { 'aria-label': 'Close' } },
      styles: { title: { fontWeight: 600 } },
    }),
    TextInput: TextInput.extend({ defaultProps: { size: 'sm' } }),
    // A reason that only a pointer can see is none.
    Tooltip: Tooltip.extend({
      // Reasons are sentences, which a narrow screen shows whole.
      defaultProps: { events: { hover: true, focus: true, touch: true }, multiline: true, maw: 'min(320px, 90vw)' },
    }),
    Table: Table.extend({ defaultProps: { verticalSpacing: 'xs', horizontalSpacing: 'sm', highlightOnHover: true } }),
  },
});

/** Quiet text that still has 4.5:1 (WCAG 2.2, 1.4.3); the library's own has 3.3:1. */
export const resolveColors: CSSVariablesResolver = () => ({
  variables: {},
  light: {
    '--mantine-color-dimmed': '#51585f',
    '--mantine-color-placeholder': '#6a7178',
    '--mantine-color-error': '#c92a2a',
    '--mantine-color-red-light-color': '#c92a2a',
    '--mantine-color-red-filled': '#c92a2a',
    '--mantine-color-red-filled-hover': '#b02525',
    '--mantine-color-anchor': 'var(--mantine-color-hold-7)',
    '--mantine-color-hold-light': '#e6eff7',
    '--mantine-color-hold-light-hover': '#dbe8f3',
    '--mantine-color-hold-light-color': 'var(--mantine-color-hold-8)',
    '--holdfast-chart-one': 'var(--mantine-color-hold-7)',
    '--holdfast-chart-two': '#0b8a6f',
    '--holdfast-chart-bad': '#c92a2a',
  },
  dark: {
    '--mantine-color-dimmed': '#a9b1b9',
    '--mantine-color-placeholder': '#8f979f',
    '--mantine-color-error': '#ff8787',
    '--mantine-color-red-light-color': '#ff8787',
    '--mantine-color-red-filled': '#c92a2a',
    '--mantine-color-red-filled-hover': '#b02525',
    '--mantine-color-anchor': 'var(--mantine-color-hold-3)',
    '--mantine-color-hold-light': '#22374a',
    '--mantine-color-hold-light-hover': '#294359',
    '--mantine-color-hold-light-color': 'var(--mantine-color-hold-1)',
    '--holdfast-chart-one': 'var(--mantine-color-hold-4)',
    '--holdfast-chart-two': '#4cc9a7',
    '--holdfast-chart-bad': '#ff8787',
  },
});
