// Builds the console into files that the server sends itself: hashed names, one entry, a nonce for each reply.
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

export default defineConfig({
  plugins: [react()],
  // The server puts a fresh one in the place of this word.
  html: { cspNonce: 'HOLDFAST-NONCE' },
  build: {
    outDir: 'dist',
    assetsDir: 'assets',
    // Nothing is inlined: the policy of the page knows files of ours alone.
    assetsInlineLimit: 0,
    target: 'es2024',
    reportCompressedSize: false,
    chunkSizeWarningLimit: 900,
  },
});
