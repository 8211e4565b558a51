import { Menu, UnstyledButton } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { type KeyboardEvent, useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { pictureUrl } from '@/shared/lib/pictures';
import { isNewMail, type Segment } from '@/shared/live/entities';
import { Avatar } from '@/shared/ui/Avatar';
import { useActions } from '@/shared/ui/actions/registry';
import { casesQuery, contactQuery } from '../api/contacts';
import classes from './block.module.css';
import { type CardActions, useCardActions } from './useCardActions';

interface CustomerBlockProps extends CardActions {
  segment: Segment;
}

/**
 * Who is in focus, in the status bar: photo, open cases, status, name; of somebody unknown what they came by.
 * The photo opens the card (D-8); what else can be done shows under the pointer or with the keyboard's focus.
 */
export function CustomerBlock({ segment, onCard, onMail }: CustomerBlockProps) {
  const { t } = useTranslation(['contact', 'interactions']);
  const { customer } = segment;
  const id = customer.contactId ?? '';
  const photo = useQuery({ ...contactQuery(id), enabled: id !== '' }).data?.photoFileId;
  const open = useQuery({ ...casesQuery(id), enabled: id !== '' }).data?.open ?? 0;
  const actions = useCardActions(segment, { onCard, onMail });
  useActions(actions);
  const menu = useMenuByKeys();
  const name =
    customer.name ||
    customer.phone ||
    customer.email ||
    t(isNewMail(segment) ? 'interactions:newMail' : 'unknown');
  const first = actions.find((action) => action.allowed);
  const more = useMemo(
    () =>
      [
        segment.kind === 'voice' && customer.name && customer.phone,
        customer.segment,
        open > 0 && t('cases', { count: open }),
      ].filter(Boolean),
    [segment.kind, customer, open, t],
  );
  const words = (
    <>
      <span className={classes.name} title={name} translate="no">
        {name}
      </span>
      {more.map((one) => (
        <span key={String(one)} className={`${classes.soft} num`}>
          {one}
        </span>
      ))}
    </>
  );
  if (!first) return <span className={classes.block}>{words}</span>;
  return (
    <span className={classes.block}>
      <UnstyledButton className={classes.photo} aria-label={first.label} onClick={first.perform}>
        <Avatar name={name} photo={pictureUrl(photo)} size={26} />
      </UnstyledButton>
      <Menu
        trigger="click-hover"
        openDelay={120}
        closeDelay={200}
        position="bottom-start"
        trapFocus={false}
        withInitialFocusPlaceholder={false}
        opened={menu.opened}
        onChange={menu.setOpened}
      >
        <Menu.Target>
          <UnstyledButton
            ref={menu.target}
            className={classes.who}
            aria-label={t('action.menu', { name: [name, ...more].join(', ') })}
            onFocus={menu.onFocus}
            onBlur={menu.onBlur}
            onKeyDown={menu.onKeyDown}
          >
            {words}
          </UnstyledButton>
        </Menu.Target>
        <Menu.Dropdown ref={menu.dropdown} onBlur={menu.onBlur}>
          {actions
            .filter((action) => action.allowed)
            .map((action) => (
              <Menu.Item
                key={action.id}
                leftSection={action.icon && <action.icon size={16} stroke={1.7} aria-hidden />}
                onClick={action.perform}
              >
                {action.label}
              </Menu.Item>
            ))}
        </Menu.Dropdown>
      </Menu>
    </span>
  );
}

/** A menu that the keyboard's focus opens; the arrow goes into it, Escape and leaving close it. */
function useMenuByKeys() {
  const [opened, setOpened] = useState(false);
  const target = useRef<HTMLButtonElement>(null);
  const dropdown = useRef<HTMLDivElement>(null);
  const closed = useRef(false);
  return {
    opened,
    setOpened: (on: boolean) => {
      // The focus that comes back to the name as the menu closes does not open it again.
      if (!on) closed.current = dropdown.current?.contains(document.activeElement) ?? false;
      setOpened(on);
    },
    target,
    dropdown,
    onFocus: () => {
      if (closed.current) closed.current = false;
      else if (target.current?.matches(':focus-visible')) setOpened(true);
    },
    onBlur: (event: { relatedTarget: EventTarget | null }) => {
      const to = event.relatedTarget as Node | null;
      if (!dropdown.current?.contains(to) && to !== target.current) setOpened(false);
    },
    onKeyDown: (event: KeyboardEvent) => {
      if (event.key === 'Escape') setOpened(false);
      if (event.key !== 'ArrowDown') return;
      event.preventDefault();
      setOpened(true);
      const first = () => dropdown.current?.querySelector<HTMLElement>('[role="menuitem"]');
      if (opened) first()?.focus();
      else requestAnimationFrame(() => first()?.focus());
    },
  };
}
