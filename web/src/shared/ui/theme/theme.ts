import {
  type CSSVariablesResolver,
  createTheme,
  defaultVariantColorsResolver,
  type MantineColorsTuple,
  type VariantColorsResolver,
} from '@mantine/core';
import type { FocusEvent } from 'react';

const brand: MantineColorsTuple = [
  '#eaf2ff',
  '#d3e3ff',
  '#a8c7fb',
  '#7fb0ff',
  '#5594f5',
  '#3a80ea',
  '#2a6fdc',
  '#1b5fd1',
  '#164fb0',
  '#103e8c',
];
// Mantine takes its dark theme's text, lines and grounds from this one.
const dark: MantineColorsTuple = [
  '#e7ebf0',
  '#c6cdd6',
  '#a2adb9',
  '#6b7683',
  '#3c4652',
  '#2b323c',
  '#212831',
  '#161b22',
  '#11151b',
  '#0d1117',
];
const red: MantineColorsTuple = [
  '#ffeceb',
  '#ffd5d3',
  '#ffaaa6',
  '#ff7b76',
  '#f2565a',
  '#e24047',
  '#da363e',
  '#d32f37',
  '#b3242b',
  '#8f1b21',
];

// Mantine's quiet variants have too little colour on the dark ground.
const variantColors: VariantColorsResolver = (input) => {
  const colors = defaultVariantColorsResolver(input);
  if (input.variant !== 'subtle' && input.variant !== 'light') return colors;
  if (input.color === 'red') return { ...colors, color: 'var(--danger)' };
  if (input.color === undefined || input.color === 'brand') return { ...colors, color: 'var(--accent-ink)' };
  return colors;
};

/** What is typed into a choice that is there replaces it; a press of the mouse sets its caret before. */
const selectText = ({ currentTarget: input }: FocusEvent<HTMLInputElement>) => {
  if (!input.readOnly) requestAnimationFrame(() => input === document.activeElement && input.select());
};

export const theme = createTheme({
  variantColorResolver: variantColors,
  fontFamily: 'var(--font)',
  fontFamilyMonospace: 'ui-monospace, SFMono-Regular, Menlo, Consolas, monospace',
  fontSizes: {
    xs: 'var(--text-xs)',
    sm: 'var(--text-s)',
    md: 'var(--text-m)',
    lg: 'var(--text-l)',
    xl: 'var(--text-xl)',
  },
  spacing: { xs: '0.25rem', sm: '0.5rem', md: '0.75rem', lg: '1rem', xl: '1.5rem' },
  radius: { xs: '0.1875rem', sm: 'var(--radius-s)', md: 'var(--radius-m)', lg: '0.5rem', xl: '1rem' },
  headings: {
    fontWeight: '600',
    sizes: {
      h1: { fontSize: 'var(--text-xl)' },
      h2: { fontSize: 'var(--text-l)' },
      h3: { fontSize: 'var(--text-m)' },
    },
  },
  colors: { brand, dark, red },
  primaryColor: 'brand',
  primaryShade: 7,
  defaultRadius: 'sm',
  cursorType: 'pointer',
  respectReducedMotion: true,
  components: {
    Button: { defaultProps: { size: 'sm' } },
    ActionIcon: { defaultProps: { variant: 'subtle', color: 'gray', size: 'var(--control)' } },
    TextInput: { defaultProps: { size: 'sm' } },
    Textarea: { defaultProps: { size: 'sm' } },
    Select: {
      defaultProps: {
        size: 'sm',
        allowDeselect: false,
        checkIconPosition: 'right',
        onFocus: selectText,
      },
    },
    MultiSelect: { defaultProps: { size: 'sm' } },
    NumberInput: { defaultProps: { size: 'sm' } },
    PasswordInput: { defaultProps: { size: 'sm' } },
    TagsInput: { defaultProps: { size: 'sm' } },
    DateTimePicker: { defaultProps: { size: 'sm' } },
    // The page never scrolls, so nothing is to be locked; the lock's style would need a nonce.
    Modal: {
      defaultProps: {
        lockScroll: false,
        centered: true,
        padding: 'lg',
        overlayProps: { backgroundOpacity: 0.35 },
      },
    },
    Tooltip: { defaultProps: { openDelay: 400, withArrow: false } },
    Menu: { defaultProps: { shadow: 'none' } },
    Popover: { defaultProps: { shadow: 'none' } },
  },
});

// Mantine's own names point to our tokens, so there is one truth for both.
const shared = {
  '--mantine-color-body': 'var(--ground)',
  '--mantine-color-text': 'var(--ink)',
  '--mantine-color-dimmed': 'var(--ink-soft)',
  '--mantine-color-placeholder': 'var(--ink-soft)',
  '--mantine-color-anchor': 'var(--accent-ink)',
  '--mantine-color-error': 'var(--danger)',
  '--mantine-color-default': 'var(--ground-raised)',
  '--mantine-color-default-hover': 'var(--ground-soft)',
  '--mantine-color-default-border': 'var(--line-strong)',
  '--mantine-color-default-color': 'var(--ink)',
};
export const tokensForMantine: CSSVariablesResolver = () => ({ variables: {}, light: shared, dark: shared });

/** The nonce the server wrote into the page; inline styles are allowed with it only. */
export function styleNonce(): string {
  return document.querySelector<HTMLMetaElement>('meta[property="csp-nonce"]')?.nonce ?? '';
}
