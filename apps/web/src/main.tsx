import { render } from 'solid-js/web';
import '@xterm/xterm/css/xterm.css';
import './styles.css';
import { App } from './app.tsx';
import { pageTheme } from './shell/create-theme.ts';

const root = document.getElementById('root');
if (root === null) throw new Error('Cannot show the IDE: the page has no root element');
// Before anything is drawn, so that no colours flash.
pageTheme();
render(() => <App />, root);
