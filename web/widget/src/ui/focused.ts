/** The element with the focus in the shadow root that el stands in. */
export function focused(el: Element | null): HTMLElement | null {
  const root = el?.getRootNode() as ShadowRoot | undefined;
  return (root?.activeElement ?? null) as HTMLElement | null;
}
