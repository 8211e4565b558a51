import type { Kind } from './entities';

/** What can be told about cases. */
export const CASE_KINDS: readonly Kind[] = [
  {
    id: 'categories',
    needs: ['services.manage'],
    columns: ['name', 'parentId', 'serviceIds'],
    fresh: { name: '', parentId: '', serviceIds: [] },
    sections: [
      {
        id: 'what',
        fields: [
          { name: 'name', kind: 'text', required: true },
          { name: 'parentId', kind: 'one', of: 'categories', words: 'category.parentId' },
          { name: 'serviceIds', kind: 'many', of: 'services', words: 'category.serviceIds' },
        ],
      },
    ],
  },
];
