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
  {
    id: 'case-fields',
    needs: ['services.manage'],
    columns: ['name', 'kind', 'options', 'serviceIds', 'order'],
    fresh: { name: '', kind: 'text', options: [], serviceIds: [], order: 100 },
    sections: [
      {
        id: 'what',
        fields: [
          { name: 'name', kind: 'text', required: true },
          {
            name: 'kind',
            kind: 'choice',
            options: ['text', 'long_text', 'number', 'date', 'choice', 'checkbox'],
            words: 'caseField.kind',
            fixed: true,
          },
          {
            name: 'options',
            kind: 'phrases',
            words: 'caseField.options',
            when: (field) => field.kind === 'choice',
            required: true,
          },
          { name: 'serviceIds', kind: 'many', of: 'services', words: 'caseField.serviceIds' },
          { name: 'order', kind: 'number', min: 0, max: 10000, words: 'caseField.order' },
        ],
      },
    ],
  },
];
