const cases = {
  help: {
    category_parentId: 'Empty: it stands at the top of the tree.',
    category_serviceIds: 'Only cases of these services get it and what stands below it; empty: all.',
  },
  kind: {
    categories: 'Categories of cases',
  },
  about: {
    categories: 'What cases are about: a tree from which agents choose while a case is open.',
  },
  section: {
    cases: 'Contacts and cases',
  },
  field: {
    category_parentId: 'Below',
    category_serviceIds: 'Services',
  },
  entity: {
    category: 'Category of cases',
  },
};
export default cases;
