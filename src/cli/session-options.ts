import type {Values} from '../config/resolve.ts';
import type {SessionOptions} from '../core/session.ts';

/** What the core is told of the settings. */
export function sessionOptions(values: Values): SessionOptions {
  const {'swap-rate-threshold': swapRate, 'limit-in': limitIn} = values;
  return {
    thresholds: {
      ram: values.threshold,
      swap: values['swap-threshold'],
      gpu: values['vram-threshold'],
      shm: values['shm-threshold'],
      job: values['job-threshold'],
    },
    rules: {
      pressure: values['pressure-threshold'],
      fullPressure: values['full-pressure-threshold'],
      swapIn: swapRate,
      swapOut: swapRate,
      limitIn: limitIn === 'off' ? limitIn : limitIn / 1000,
      process: values['process-threshold'],
    },
    timing: timingOf(values),
    windowSize: values.window,
    watchLeaks: values.leak,
  };
}

/** A cooldown that was asked for takes the place of the schedule. */
function timingOf({for: holdMs, repeat, cooldown}: Values): NonNullable<SessionOptions['timing']> {
  return {
    holdSeconds: holdMs / 1000,
    remindSeconds: repeat === 'off' ? [] : repeat.map((ms) => ms / 1000),
    ...(cooldown !== undefined && {everySeconds: cooldown / 1000}),
  };
}
