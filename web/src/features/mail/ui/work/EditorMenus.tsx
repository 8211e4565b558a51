import { ActionIcon, Button, Menu, Popover, TextInput, Tooltip } from '@mantine/core';
import {
  type Icon,
  IconHighlight,
  IconLetterCase,
  IconLink,
  IconPalette,
  IconTable,
} from '@tabler/icons-react';
import { type Editor, useEditorState } from '@tiptap/react';
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { COLOURS, MARKERS, SIZES } from './extensions';
import classes from './work.module.css';

interface MenuOfProps {
  label: string;
  icon: Icon;
  on?: boolean;
  children: ReactNode;
}

function MenuOf({ label, icon: Sign, on, children }: MenuOfProps) {
  return (
    <Menu position="bottom-start" returnFocus={false}>
      <Menu.Target>
        <Tooltip label={label}>
          <ActionIcon aria-label={label} className={on ? classes.on : undefined}>
            <Sign size={17} stroke={1.7} aria-hidden />
          </ActionIcon>
        </Tooltip>
      </Menu.Target>
      <Menu.Dropdown>{children}</Menu.Dropdown>
    </Menu>
  );
}

const sizeNames = ['small', 'normal', 'large', 'larger', 'largest'] as const;

export function SizeMenu({ editor }: { editor: Editor }) {
  const { t } = useTranslation('mail');
  return (
    <MenuOf label={t('work.tool.size')} icon={IconLetterCase}>
      {SIZES.map((size, at) => (
        <Menu.Item key={size} fz={size} onClick={() => editor.chain().focus().setFontSize(size).run()}>
          {t(`work.size.${sizeNames[at] ?? 'normal'}`)}
        </Menu.Item>
      ))}
    </MenuOf>
  );
}

const colourNames = ['black', 'red', 'orange', 'green', 'blue', 'violet', 'grey'] as const;
const markerNames = ['yellow', 'green', 'blue', 'red'] as const;

/** The colour of words, or of what lies behind them. */
export function ColourMenu({ editor, kind }: { editor: Editor; kind: 'colour' | 'marker' }) {
  const { t } = useTranslation('mail');
  const marker = kind === 'marker';
  const chain = () => editor.chain().focus();
  const put = (value: string) =>
    marker ? chain().setBackgroundColor(value).run() : chain().setColor(value).run();
  const none = () => (marker ? chain().unsetBackgroundColor().run() : chain().unsetColor().run());
  const names = marker ? markerNames : colourNames;
  return (
    <MenuOf label={t(`work.tool.${kind}`)} icon={marker ? IconHighlight : IconPalette}>
      {(marker ? MARKERS : COLOURS).map((value, at) => (
        <Menu.Item
          key={value}
          leftSection={<span className={classes.swatch} style={{ background: value }} />}
          onClick={() => put(value)}
        >
          {t(`work.colour.${names[at] ?? 'black'}`)}
        </Menu.Item>
      ))}
      <Menu.Divider />
      <Menu.Item onClick={none}>{t('work.colour.none')}</Menu.Item>
    </MenuOf>
  );
}

export function TableMenu({ editor }: { editor: Editor }) {
  const { t } = useTranslation('mail');
  const inside = useEditorState({ editor, selector: ({ editor: now }) => now.isActive('table') });
  const chain = () => editor.chain().focus();
  return (
    <MenuOf label={t('work.tool.table')} icon={IconTable} on={inside}>
      {inside ? (
        <>
          <Menu.Item onClick={() => chain().addRowAfter().run()}>{t('work.table.row')}</Menu.Item>
          <Menu.Item onClick={() => chain().addColumnAfter().run()}>{t('work.table.column')}</Menu.Item>
          <Menu.Item onClick={() => chain().deleteRow().run()}>{t('work.table.noRow')}</Menu.Item>
          <Menu.Item onClick={() => chain().deleteColumn().run()}>{t('work.table.noColumn')}</Menu.Item>
          <Menu.Divider />
          <Menu.Item color="red" onClick={() => chain().deleteTable().run()}>
            {t('work.table.none')}
          </Menu.Item>
        </>
      ) : (
        [2, 3, 4].map((size) => (
          <Menu.Item
            key={size}
            onClick={() => chain().insertTable({ rows: size, cols: size, withHeaderRow: false }).run()}
          >
            {t('work.table.insert', { rows: size, columns: size })}
          </Menu.Item>
        ))
      )}
    </MenuOf>
  );
}

const withScheme = (href: string) =>
  /^(https?|mailto|tel):/i.test(href) ? href : href.includes('@') ? `mailto:${href}` : `https://${href}`;

export function LinkTool({ editor }: { editor: Editor }) {
  const { t } = useTranslation('mail');
  const [opened, setOpened] = useState(false);
  const [href, setHref] = useState('');
  const current = useEditorState({
    editor,
    selector: ({ editor: now }) => (now.getAttributes('link').href as string | undefined) ?? '',
  });
  const show = () => {
    setHref(current);
    setOpened(true);
  };
  const put = () => {
    const wanted = href.trim();
    const chain = editor.chain().focus().extendMarkRange('link');
    if (!wanted) chain.unsetLink().run();
    else if (editor.state.selection.empty && !current) {
      const link = {
        type: 'text',
        text: wanted,
        marks: [{ type: 'link', attrs: { href: withScheme(wanted) } }],
      };
      chain.insertContent(link).run();
    } else chain.setLink({ href: withScheme(wanted) }).run();
    setOpened(false);
  };
  return (
    <Popover opened={opened} onChange={setOpened} trapFocus returnFocus position="bottom-start">
      <Popover.Target>
        <Tooltip label={t('work.tool.link')}>
          <ActionIcon
            aria-label={t('work.tool.link')}
            className={current ? classes.on : undefined}
            onClick={show}
          >
            <IconLink size={17} stroke={1.7} aria-hidden />
          </ActionIcon>
        </Tooltip>
      </Popover.Target>
      <Popover.Dropdown>
        <form
          className={classes.link}
          onSubmit={(event) => {
            event.preventDefault();
            put();
          }}
        >
          <TextInput
            data-autofocus
            aria-label={t('work.link.address')}
            placeholder={t('work.link.address')}
            value={href}
            onChange={(event) => setHref(event.currentTarget.value)}
          />
          <Button type="submit">{t(href.trim() ? 'work.link.put' : 'work.link.remove')}</Button>
        </form>
      </Popover.Dropdown>
    </Popover>
  );
}
