import { CloseButton } from '@mantine/core';
import type { Icon } from '@tabler/icons-react';
import { type KeyboardEvent, type ReactNode, useId, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import classes from './InfoTabs.module.css';

export interface InfoTab {
  id: string;
  title: string;
  icon?: Icon;
  /** A dot for something new the agent has not seen in this tab. */
  unread?: boolean;
  onClose?: () => void;
  content: ReactNode;
}

/**
 * The information area's tabs (D-8). Every opened tab stays mounted, so drafts
 * and scroll positions are where they were.
 */
export function InfoTabs({
  tabs,
  active,
  onSelect,
}: {
  tabs: InfoTab[];
  active: string;
  onSelect: (id: string) => void;
}) {
  const { t } = useTranslation();
  const base = useId();
  const bar = useRef<HTMLDivElement>(null);
  const current = tabs.some((tab) => tab.id === active) ? active : tabs[0]?.id;

  const onKeyDown = (event: KeyboardEvent, index: number) => {
    const tab = tabs[index];
    if (event.key === 'Delete' && tab?.onClose) tab.onClose();
    const next = { ArrowRight: index + 1, ArrowLeft: index - 1, Home: 0, End: tabs.length - 1 }[event.key];
    if (next === undefined) return;
    event.preventDefault();
    const target = tabs[(next + tabs.length) % tabs.length];
    if (!target) return;
    onSelect(target.id);
    bar.current?.querySelector<HTMLElement>(`[data-tab="${CSS.escape(target.id)}"]`)?.focus();
  };

  return (
    <>
      <div className={classes.bar} role="tablist" aria-label={t('shell.tabs')} ref={bar}>
        {tabs.map((tab, index) => (
          <div
            key={tab.id}
            className={classes.tab}
            role="presentation"
            data-active={tab.id === current || undefined}
          >
            <button
              type="button"
              role="tab"
              id={`${base}-tab-${tab.id}`}
              data-tab={tab.id}
              aria-selected={tab.id === current}
              aria-keyshortcuts={tab.onClose && 'Delete'}
              aria-controls={`${base}-panel-${tab.id}`}
              tabIndex={tab.id === current ? 0 : -1}
              className={classes.title}
              onClick={() => onSelect(tab.id)}
              onAuxClick={(event) => event.button === 1 && tab.onClose?.()}
              onKeyDown={(event) => onKeyDown(event, index)}
            >
              {tab.icon && <tab.icon size={15} stroke={1.7} aria-hidden />}
              <span className={classes.text}>{tab.title}</span>
              {tab.unread && <span className={classes.dot} />}
            </button>
            {tab.onClose && (
              <CloseButton
                size="xs"
                tabIndex={-1}
                aria-hidden // a list of tabs may hold only tabs; the keyboard closes with Delete
                title={t('shell.closeTab', { name: tab.title })}
                onClick={tab.onClose}
              />
            )}
          </div>
        ))}
      </div>
      {tabs.map((tab) => (
        <div
          key={tab.id}
          role="tabpanel"
          id={`${base}-panel-${tab.id}`}
          aria-labelledby={`${base}-tab-${tab.id}`}
          className={classes.panel}
          hidden={tab.id !== current}
        >
          {tab.content}
        </div>
      ))}
    </>
  );
}
