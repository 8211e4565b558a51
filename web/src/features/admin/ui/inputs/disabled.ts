/** The form disables what may not be changed; Mantine's type does not know of it. */
export function disabledOf(input: object): boolean {
  return 'disabled' in input && Boolean(input.disabled);
}
