import { afterEach } from 'vitest';

// Missing in happy-dom; growing text fields wait for it.
Object.defineProperty(document, 'fonts', { value: new EventTarget() });

afterEach(() => {
  document.body.replaceChildren();
  localStorage.clear();
});
