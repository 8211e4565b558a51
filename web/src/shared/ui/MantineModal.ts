// A chunk of its own: see Window.tsx.
export { Modal as default } from '@mantine/core';
