/** The feature whose words a file holds: `/src/features/calls/i18n/en.ts` is of `calls`. */
export function featureOf(path: string): string {
  return path.split('/features/')[1]?.split('/')[0] ?? path;
}

/** Names each feature's words after its folder. */
export function byFeature(files: Record<string, object>): Record<string, object> {
  return Object.fromEntries(Object.entries(files).map(([path, words]) => [featureOf(path), words]));
}
