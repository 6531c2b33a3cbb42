import { render } from 'solid-js/web';
import '@xterm/xterm/css/xterm.css';
import './styles.css';
import { App } from './app.tsx';

const root = document.getElementById('root');
if (root === null) throw new Error('Cannot show the IDE: the page has no root element');
render(() => <App />, root);
