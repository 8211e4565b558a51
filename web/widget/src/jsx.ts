// What JSX compiles to. Preact's own runtime also knows precompiled templates,
// which the widget has none of and no bytes for (vite.widget.config.ts puts this in its place).

import { type Attributes, type ComponentType, Fragment, h } from 'preact';

type Props = Attributes & Record<string, unknown>;

export function jsx(type: string, props: Props, key?: string) {
  return h(type as unknown as ComponentType<Props>, key === undefined ? props : { ...props, key });
}

export { Fragment, jsx as jsxs };
