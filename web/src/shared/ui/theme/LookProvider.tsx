import { MantineProvider } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import { type ReactNode, useEffect } from 'react';
import { useLook } from '@/shared/lib/look';
import '@fontsource-variable/inter/wght.css';
import './mantine';
import './tokens.css';
import './controls.css';
import { styleNonce, theme, tokensForMantine } from './theme';

// The name under which the library that locks scrolling behind windows looks for the nonce.
Object.assign(globalThis, { __webpack_nonce__: styleNonce() });

/** Puts theme, text size and density on the page. */
export function LookProvider({ children }: { children: ReactNode }) {
  const scheme = useScheme();
  const textSize = useLook((look) => look.textSize);
  const density = useLook((look) => look.density);
  useEffect(() => {
    document.documentElement.dataset.textSize = textSize;
    document.documentElement.dataset.density = density;
  }, [textSize, density]);
  return (
    <MantineProvider
      theme={theme}
      forceColorScheme={scheme}
      cssVariablesResolver={tokensForMantine}
      getStyleNonce={styleNonce}
      deduplicateInlineStyles
    >
      {children}
    </MantineProvider>
  );
}

/** The scheme in force: the one chosen, or the system's. */
export function useScheme(): 'light' | 'dark' {
  const chosen = useLook((look) => look.scheme);
  const systemDark = useMediaQuery('(prefers-color-scheme: dark)', undefined, {
    getInitialValueInEffect: false,
  });
  if (chosen !== 'auto') return chosen;
  return systemDark ? 'dark' : 'light';
}
