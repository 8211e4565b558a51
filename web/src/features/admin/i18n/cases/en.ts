const cases = {
  help: {
    category_parentId: 'Empty: it stands at the top of the tree.',
    category_serviceIds: 'Only cases of these services get it and what stands below it; empty: all.',
    caseField_kind: 'Stays as it is made, since cases have values of it.',
    caseField_options: 'What can be chosen, in this order; a comma or Enter ends one.',
    caseField_serviceIds: 'Only cases of these services have the field; empty: all.',
    caseField_order: 'Its place in the form: smaller ones first.',
  },
  kind: {
    categories: 'Categories of cases',
    'case-fields': 'Fields of cases',
  },
  about: {
    categories: 'What cases are about: a tree from which agents choose while a case is open.',
    'case-fields': 'What agents fill in about a case while it is open.',
  },
  section: {
    cases: 'Contacts and cases',
  },
  field: {
    category_parentId: 'Below',
    category_serviceIds: 'Services',
    caseField_kind: 'Kind',
    caseField_options: 'Options',
    caseField_serviceIds: 'Services',
    caseField_order: 'Place',
  },
  entity: {
    category: 'Category of cases',
    case_field: 'Field of cases',
  },
  option: {
    caseField_kind_text: 'Text',
    caseField_kind_long_text: 'Long text',
    caseField_kind_number: 'Number',
    caseField_kind_date: 'Date',
    caseField_kind_choice: 'Choice',
    caseField_kind_checkbox: 'Tick',
  },
};
export default cases;
