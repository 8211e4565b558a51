/** The address that opens a case on the desk of whoever may see it (E-20). */
export const linkOf = (caseId: string) =>
  new URL(`/agentdesktop?case=${encodeURIComponent(caseId)}`, location.href).href;

/** Puts a text where the next «paste» takes it from; on pages without https by the old way. */
export async function copy(text: string): Promise<void> {
  if (navigator.clipboard) return navigator.clipboard.writeText(text);
  const field = document.createElement('textarea');
  field.value = text;
  field.readOnly = true;
  field.style.position = 'fixed';
  field.style.opacity = '0';
  const before = document.activeElement;
  document.body.append(field);
  field.select();
  const done = document.execCommand('copy');
  field.remove();
  if (before instanceof HTMLElement) before.focus();
  if (!done) throw new Error('the browser does not let the page copy');
}
