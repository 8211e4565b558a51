import { Modal, type ModalProps } from '@mantine/core';
import { useEffect, useState } from 'react';

// For the ring around a field that stands first.
const ROOM = { body: { paddingTop: '0.25rem' } };

/**
 * Mantine's window, a chunk of its own: see Window.tsx. It is there closed for a
 * moment, since it notes where the focus was, to give it back, only when it opens.
 */
export default function MantineModal({ opened, ...props }: ModalProps) {
  const [there, setThere] = useState(false);
  useEffect(() => setThere(true), []);
  return <Modal styles={ROOM} {...props} opened={there && opened} />;
}
