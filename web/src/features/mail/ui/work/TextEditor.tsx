import { IconPencil } from '@tabler/icons-react';
import { type Editor, EditorContent, useEditor } from '@tiptap/react';
import { useEffect, useMemo, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { useActions } from '@/shared/ui/actions/registry';
import { catchFocus } from '@/shared/ui/lostFocus';
import { styleNonce } from '@/shared/ui/theme/theme';
import { isPicture } from '../../api/limits';
import { EditorTools } from './EditorTools';
import { extensions } from './extensions';
import { pasted } from './quote';
import classes from './work.module.css';

interface TextEditorProps {
  /** The text it begins with; mount anew for another one. */
  html: string;
  onChange: (html: string) => void;
  /** Uploads a picture of the text; answers with its id, or nothing when it was refused. */
  onPicture: (file: File) => Promise<string | undefined>;
  onFiles: (files: File[]) => void;
}

/** Where writing begins: where it was left, else in the empty line between greeting and signature. */
function begin(editor: Editor): number | null {
  if (editor.state.selection.from > 1) return null;
  let found: number | null = null;
  editor.state.doc.forEach((node, at) => {
    if (found === null && node.type.name === 'paragraph' && node.content.size === 0) found = at + 1;
  });
  return found;
}

/** Writing goes on at once: the editor's own focus command waits for a frame, and keys typed in between go to a button. */
function write(editor: Editor): void {
  const at = begin(editor);
  editor.view.focus();
  if (at !== null) editor.commands.setTextSelection(at);
}

/** The text without the empty lines at its end, which the editor adds by itself. */
const written = (editor: Editor) => editor.getHTML().replace(/(<p><\/p>)+$/, '');

/** A mail's text with its tools, on white paper in both themes. */
export function TextEditor({ html, onChange, onPicture, onFiles }: TextEditorProps) {
  const { t } = useTranslation('mail');
  const editorRef = useRef<Editor>(null);
  const shown = useRef<string>(undefined);

  const insert = async (files: File[]) => {
    const others = files.filter((file) => !isPicture(file));
    if (others.length > 0) onFiles(others);
    for (const file of files.filter(isPicture)) {
      const id = await onPicture(file);
      if (!id) continue;
      const image = { type: 'image', attrs: { src: `/api/mail-files/${id}`, alt: file.name } };
      editorRef.current?.chain().insertContent(image).run();
    }
  };
  // Text copied from a word processor also carries its picture: the text is what is meant.
  const filesOf = (data: DataTransfer | null) =>
    data?.types.includes('text/html') && data.types.includes('text/rtf') ? [] : [...(data?.files ?? [])];

  const editor = useEditor({
    extensions,
    content: html,
    injectNonce: styleNonce(),
    onUpdate: ({ editor: changed }) => {
      const now = written(changed);
      if (now === shown.current) return; // nobody has written anything
      shown.current = now;
      onChange(changed.getHTML());
    },
    editorProps: {
      attributes: {
        'aria-label': t('work.text'),
        role: 'textbox',
        'aria-multiline': 'true',
        class: classes.paper ?? '',
      },
      transformPastedHTML: pasted,
      // These send the mail; the editor would take them for a new line.
      handleDOMEvents: {
        keydown: (_view, event) => event.key === 'Enter' && (event.ctrlKey || event.metaKey),
      },
      handlePaste: (_view, event) => {
        const files = filesOf(event.clipboardData);
        if (files.length > 0) void insert(files);
        return files.length > 0;
      },
      handleDrop: (view, event) => {
        const files = filesOf(event.dataTransfer);
        if (files.length === 0) return false;
        event.preventDefault();
        const at = view.posAtCoords({ left: event.clientX, top: event.clientY });
        if (at) editorRef.current?.commands.setTextSelection(at.pos);
        void insert(files);
        return true;
      },
    },
  });
  editorRef.current = editor;
  shown.current ??= written(editor);
  // A mail that was opened is written on: nothing else on the screen has the focus then.
  useEffect(
    () =>
      catchFocus(() => {
        write(editor);
        return editor.view.dom;
      }),
    [editor],
  );
  useActions(
    useMemo(
      () => [
        {
          id: 'mail.text',
          label: t('work.toText'),
          icon: IconPencil,
          shortcut: 'Alt+KeyM',
          group: t('work.group'),
          allowed: true,
          perform: () => {
            write(editor);
            editor.commands.scrollIntoView();
          },
        },
      ],
      [t, editor],
    ),
  );
  return (
    <div className={classes.editor}>
      <EditorTools editor={editor} onPictures={(files) => void insert(files)} />
      <EditorContent editor={editor} className={classes.sheet} />
    </div>
  );
}
