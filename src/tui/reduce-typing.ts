import {KILL_SIGNALS, type KillSignal} from '../core/source.ts';
import {parseTapeTarget, TAPE_TARGET_HELP} from '../core/tape-target.ts';
import {only, type Step} from './effect.ts';
import type {Prompt, Question, UiState} from './state.ts';

/** A key while a line is typed: `undefined` when there is no line, so that the key means an action. */
export function reducePrompt(ui: UiState, key: string): Step | undefined {
  const {prompt} = ui;
  if (prompt === undefined) return undefined;
  if (key === 'C-c') return only(ui, {kind: 'interrupt'});
  if (key === 'escape')
    return only({...ui, prompt: undefined, filter: prompt.kind === 'filter' ? '' : ui.filter});
  if (key === 'enter') return takePrompt({...ui, prompt: undefined}, prompt.kind, prompt.text);
  const text = typed(prompt.text, key);
  return only({...ui, prompt: {...prompt, text}, filter: prompt.kind === 'filter' ? text : ui.filter});
}

const MAX_LINE = 200;

function typed(text: string, key: string): string {
  if (key === 'backspace') return [...text].slice(0, -1).join('');
  if (key === 'C-u') return '';
  const character = key === 'space' ? ' ' : key;
  return [...character].length === 1 && text.length < MAX_LINE ? text + character : text;
}

function takePrompt(ui: UiState, kind: Prompt['kind'], text: string): Step {
  if (kind === 'filter') return only({...ui, filter: text.trim()});
  if (kind === 'mark') return only(ui, {kind: 'mark', note: text.trim() || 'mark'});
  if (kind === 'go-to') return goTo(ui, text);
  const signal = signalOf(text);
  const {question} = ui;
  if (question?.kind !== 'kill') return only(ui);
  if (signal === undefined)
    return only(ui, {kind: 'answer', text: `no signal "${text}": one of ${KILL_SIGNALS.join(' ')}`});
  return only({...ui, question: {...question, signal}});
}

function goTo(ui: UiState, text: string): Step {
  if (text.trim() === '') return only(ui);
  const target = parseTapeTarget(text);
  if (target === undefined)
    return only(ui, {kind: 'answer', text: `no place "${text.trim()}": ${TAPE_TARGET_HELP}`});
  return only(ui, {kind: 'tape', wish: {kind: 'go', target}});
}

/** `9`, `kill`, `SIGKILL`: all the same. */
function signalOf(text: string): KillSignal | undefined {
  const numbers: Readonly<Record<string, KillSignal>> = {
    1: 'SIGHUP',
    2: 'SIGINT',
    3: 'SIGQUIT',
    9: 'SIGKILL',
    10: 'SIGUSR1',
    15: 'SIGTERM',
    18: 'SIGCONT',
    19: 'SIGSTOP',
  };
  const name = text.trim().toUpperCase();
  return numbers[name] ?? KILL_SIGNALS.find((signal) => signal === name || signal === `SIG${name}`);
}

/** A key while a question stands: `y` alone says yes. */
export function reduceQuestion(ui: UiState, key: string): Step | undefined {
  const {question} = ui;
  if (question === undefined || ui.prompt !== undefined) return undefined;
  if (key === 'C-c') return only(ui, {kind: 'interrupt'});
  if (key === 'escape' || key === 'n' || key === 'q') return only({...ui, question: undefined});
  return question.kind === 'kill' ? answerKill(ui, question, key) : answerJob(ui, key);
}

function answerKill(ui: UiState, question: Extract<Question, {kind: 'kill'}>, key: string): Step {
  const {target, signal} = question;
  if (key === 'y') return only({...ui, question: undefined}, {kind: 'kill', target, signal});
  if (key === 's') return only({...ui, prompt: {kind: 'signal', text: ''}});
  return only(ui);
}

/** Stop it and quit, or leave it running. */
function answerJob(ui: UiState, key: string): Step {
  if (key === 'y') return only({...ui, question: undefined, isStopping: true}, {kind: 'stop-job'});
  if (key === 'l') return only({...ui, question: undefined}, {kind: 'leave-job'});
  return only(ui);
}
