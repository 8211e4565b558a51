import type { components } from '@/shared/api.gen';

export type Category = components['schemas']['CaseCategory'];

/** A category in the list of choices: its name with those above it, and how deep it stands. */
export interface CategoryOption {
  value: string;
  label: string;
  name: string;
  depth: number;
  parent: string;
  disabled?: boolean;
}

/** The tree as a list, each category after the one it stands below. */
export function categoryOptions(tree: readonly Category[]): CategoryOption[] {
  const made = new Map<string, CategoryOption>();
  for (const { id, name, parentId } of tree) {
    const above = made.get(parentId);
    made.set(id, {
      value: id,
      name,
      label: above ? `${above.label} / ${name}` : name,
      depth: above ? above.depth + 1 : 0,
      parent: parentId,
    });
  }
  return [...made.values()];
}

/** Those in which every word occurs, with the ones they stand below, so that the tree stays one. */
export function foundCategories(options: readonly CategoryOption[], search: string): CategoryOption[] {
  const words = search
    .toLowerCase()
    .split(/[\s/]+/)
    .filter(Boolean);
  const kept = new Set<string>();
  const parents = new Map(options.map((one) => [one.value, one.parent]));
  for (const one of options) {
    const label = one.label.toLowerCase();
    if (!words.every((word) => label.includes(word))) continue;
    for (let id: string | undefined = one.value; id; id = parents.get(id)) kept.add(id);
  }
  return options.filter((one) => kept.has(one.value));
}
