import { ActionIcon, FileButton, Tooltip } from '@mantine/core';
import {
  type Icon,
  IconAlignCenter,
  IconAlignLeft,
  IconAlignRight,
  IconArrowBackUp,
  IconArrowForwardUp,
  IconBlockquote,
  IconBold,
  IconClearFormatting,
  IconItalic,
  IconList,
  IconListNumbers,
  IconPhoto,
  IconUnderline,
} from '@tabler/icons-react';
import { type Editor, useEditorState } from '@tiptap/react';
import { type KeyboardEvent, useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { ColourMenu, LinkTool, SizeMenu, TableMenu } from './EditorMenus';
import classes from './work.module.css';

interface Tool {
  id:
    | 'bold'
    | 'italic'
    | 'underline'
    | 'bullets'
    | 'numbers'
    | 'quote'
    | 'left'
    | 'centre'
    | 'right'
    | 'clear'
    | 'undo'
    | 'redo';
  icon: Icon;
  keys?: string;
  on?: boolean;
  can?: boolean;
  run: () => boolean;
}

/** The tools over a mail's text: one stop of Tab, arrows go on from there. */
export function EditorTools({ editor, onPictures }: { editor: Editor; onPictures: (files: File[]) => void }) {
  const { t } = useTranslation('mail');
  const bar = useRef<HTMLDivElement>(null);
  const state = useEditorState({
    editor,
    selector: ({ editor: now }) => ({
      bold: now.isActive('bold'),
      italic: now.isActive('italic'),
      underline: now.isActive('underline'),
      bullets: now.isActive('bulletList'),
      numbers: now.isActive('orderedList'),
      quote: now.isActive('blockquote'),
      centre: now.isActive({ textAlign: 'center' }),
      right: now.isActive({ textAlign: 'right' }),
      undo: now.can().undo(),
      redo: now.can().redo(),
    }),
  });
  const chain = () => editor.chain().focus();
  const groups: Tool[][] = [
    [
      { id: 'bold', icon: IconBold, keys: 'Ctrl+B', on: state.bold, run: () => chain().toggleBold().run() },
      {
        id: 'italic',
        icon: IconItalic,
        keys: 'Ctrl+I',
        on: state.italic,
        run: () => chain().toggleItalic().run(),
      },
      {
        id: 'underline',
        icon: IconUnderline,
        keys: 'Ctrl+U',
        on: state.underline,
        run: () => chain().toggleUnderline().run(),
      },
    ],
    [
      { id: 'bullets', icon: IconList, on: state.bullets, run: () => chain().toggleBulletList().run() },
      {
        id: 'numbers',
        icon: IconListNumbers,
        on: state.numbers,
        run: () => chain().toggleOrderedList().run(),
      },
      { id: 'quote', icon: IconBlockquote, on: state.quote, run: () => chain().toggleBlockquote().run() },
    ],
    [
      {
        id: 'left',
        icon: IconAlignLeft,
        on: !state.centre && !state.right,
        run: () => chain().unsetTextAlign().run(),
      },
      {
        id: 'centre',
        icon: IconAlignCenter,
        on: state.centre,
        run: () => chain().setTextAlign('center').run(),
      },
      { id: 'right', icon: IconAlignRight, on: state.right, run: () => chain().setTextAlign('right').run() },
    ],
  ];
  const last: Tool[] = [
    {
      id: 'clear',
      icon: IconClearFormatting,
      run: () => chain().unsetAllMarks().clearNodes().unsetTextAlign().run(),
    },
    { id: 'undo', icon: IconArrowBackUp, keys: 'Ctrl+Z', can: state.undo, run: () => chain().undo().run() },
    {
      id: 'redo',
      icon: IconArrowForwardUp,
      keys: 'Ctrl+Y',
      can: state.redo,
      run: () => chain().redo().run(),
    },
  ];
  const onKeyDown = (event: KeyboardEvent) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step || !(event.target as HTMLElement).matches('button')) return;
    const all = [...(bar.current?.querySelectorAll<HTMLElement>('button:not([disabled])') ?? [])];
    const next = all[(all.indexOf(event.target as HTMLElement) + step + all.length) % all.length];
    event.preventDefault();
    next?.focus();
  };
  // One button is the bar's stop; disabled ones are no stop.
  const stop = useRef<Element>(null);
  const oneStop = (wanted?: Element) => {
    const all = [...(bar.current?.querySelectorAll<HTMLElement>('button') ?? [])];
    const on = all.filter((one) => !one.matches(':disabled'));
    stop.current = on.find((one) => one === (wanted ?? stop.current)) ?? on[0] ?? null;
    for (const one of all) one.tabIndex = one === stop.current ? 0 : -1;
  };
  useEffect(() => oneStop());
  const button = (tool: Tool) => (
    <Tooltip
      key={tool.id}
      label={tool.keys ? `${t(`work.tool.${tool.id}`)} · ${tool.keys}` : t(`work.tool.${tool.id}`)}
    >
      <ActionIcon
        aria-label={t(`work.tool.${tool.id}`)}
        aria-pressed={tool.on}
        disabled={tool.can === false}
        className={tool.on ? classes.on : undefined}
        onClick={tool.run}
      >
        <tool.icon size={17} stroke={1.7} aria-hidden />
      </ActionIcon>
    </Tooltip>
  );
  return (
    <div
      ref={bar}
      className={classes.tools}
      role="toolbar"
      aria-label={t('work.tool.bar')}
      onFocus={(event) => {
        if (event.target.matches('button')) oneStop(event.target);
      }}
      onKeyDown={onKeyDown}
    >
      {groups.map((group) => (
        <span key={group[0]?.id} className={classes.group}>
          {group.map(button)}
        </span>
      ))}
      <span className={classes.group}>
        <SizeMenu editor={editor} />
        <ColourMenu editor={editor} kind="colour" />
        <ColourMenu editor={editor} kind="marker" />
      </span>
      <span className={classes.group}>
        <LinkTool editor={editor} />
        <TableMenu editor={editor} />
        <FileButton multiple accept="image/png,image/jpeg,image/gif,image/webp" onChange={onPictures}>
          {(props) => (
            <Tooltip label={t('work.tool.picture')}>
              <ActionIcon aria-label={t('work.tool.picture')} {...props}>
                <IconPhoto size={17} stroke={1.7} aria-hidden />
              </ActionIcon>
            </Tooltip>
          )}
        </FileButton>
      </span>
      <span className={classes.group}>{last.map(button)}</span>
    </div>
  );
}
