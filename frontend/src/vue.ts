import {
  defineComponent,
  type FunctionalComponent,
  h,
  onMounted,
  onScopeDispose,
  onUpdated,
  type ShallowRef,
  shallowRef,
} from 'vue';
import type { Uploads, UploadsSnapshot } from './uploads/index.ts';
import {
  type FilesProps,
  filesElement,
  hear,
  parted,
  type UploadProps,
  uploadElement,
  type Wrapped,
} from './wrapped.ts';

/** Follows a list of uploads as long as the component lives. */
export function useUploads(uploads: Uploads): Readonly<ShallowRef<UploadsSnapshot>> {
  const snapshot = shallowRef(uploads.getSnapshot());
  const look = () => {
    snapshot.value = uploads.getSnapshot();
  };
  onScopeDispose(uploads.subscribe(look));
  return snapshot;
}

/** `<signet-upload>` for Vue 3: its attributes, its settings as props, and the event `stored`. */
export const SignetUpload = component<UploadProps>('signet-upload', uploadElement);
/** `<signet-files>` for Vue 3: the same, with the events `open`, `folder` and `gone`. */
export const SignetFiles = component<FilesProps>('signet-files', filesElement);

/** Elements need a browser; a server that draws the page mounts nothing. */
function component<Props>(tag: string, element: Wrapped): FunctionalComponent<Props> {
  const made = defineComponent({
    inheritAttrs: false,
    setup(_, { attrs }) {
      const host = shallowRef<HTMLElement & { settings?: object }>();
      let end = () => {};
      const update = () => {
        const { settings, calls } = parted(element, attrs);
        end();
        if (!host.value) return;
        host.value.settings = settings;
        end = hear(host.value, calls);
      };
      onMounted(() => {
        void element.load();
        update();
      });
      onUpdated(update);
      return () => h(tag, { ...parted(element, attrs).attributes, ref: host });
    },
  });
  return made as unknown as FunctionalComponent<Props>;
}
