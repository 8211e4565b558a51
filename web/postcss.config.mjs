// rem(), light-dark mixins and breakpoints in CSS modules.
export default { plugins: { 'postcss-preset-mantine': {} } };
