import { defineConfig } from 'vite';
import solid from 'vite-plugin-solid';
import { containerPrograms } from './container-program.ts';
import { devReload } from './dev-reload.ts';
import { fileIcons } from './file-icons.ts';
import { offlineShell } from './offline-shell.ts';
import { precompress } from './precompress.ts';

export default defineConfig({
  plugins: [containerPrograms(), solid(), fileIcons(), devReload(), offlineShell(), precompress()],
  build: { target: 'es2023', outDir: 'dist', emptyOutDir: true, sourcemap: true, chunkSizeWarningLimit: 1200 },
});
