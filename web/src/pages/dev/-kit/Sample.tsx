import type { ReactNode } from 'react';
import classes from './kit.module.css';

/** A named group of samples. The names are for us and stay English. */
export function Samples({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section className={classes.samples}>
      <h2 className={classes.title} translate="no">
        {title}
      </h2>
      {children}
    </section>
  );
}

export function Sample({ name, children, wide }: { name: string; children: ReactNode; wide?: boolean }) {
  return (
    <div className={classes.sample} data-wide={wide || undefined}>
      <div className={classes.name} translate="no">
        {name}
      </div>
      <div className={classes.stage}>{children}</div>
    </div>
  );
}
