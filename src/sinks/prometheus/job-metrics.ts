import {type JobView, jobCount, jobRss} from '../../core/job/job-view.ts';
import {JOB_STATES} from '../../core/sample.ts';
import {label, labelled, type MetricSpec, type Point, states, type View} from './metric.ts';

const NAME = ['name'] as const;

/** The job that is followed, where one is. */
export const JOB_METRICS = {
  memtop_job_memory_bytes: {
    type: 'gauge',
    help: 'What all processes of the followed job hold: measure is pss, or rss where that is all that can be read.',
    labels: ['name', 'measure'],
    read: (view) =>
      ofJob(view, ({measure, bytes}, name) =>
        isHeld(view) ? labelled({name, measure: measure.toLowerCase()}, bytes) : [],
      ),
  },
  memtop_job_resident_bytes: {
    type: 'gauge',
    help: 'The resident sets of all processes of the job together, shared pages counted in each.',
    labels: NAME,
    read: (view) => ofJob(view, ({reading}, name) => (isHeld(view) ? labelled({name}, jobRss(reading)) : [])),
  },
  memtop_job_gpu_memory_bytes: {
    type: 'gauge',
    help: 'VRAM that the job holds of all GPUs.',
    labels: NAME,
    read: (view) => ofJob(view, ({vramBytes}, name) => labelled({name}, vramBytes)),
  },
  memtop_job_processes: {
    type: 'gauge',
    help: 'How many processes the job has.',
    labels: NAME,
    read: (view) => ofJob(view, ({reading}, name) => labelled({name}, jobCount(reading))),
  },
  memtop_job_cpu_seconds_total: {
    type: 'counter',
    help: 'CPU time of all processes of the job.',
    labels: NAME,
    read: (view) => ofJob(view, ({reading}, name) => labelled({name}, reading.cpuMs / 1000)),
  },
  memtop_job_state: {
    type: 'gauge',
    help: '1 at the state that the job is in: running, stopped or ended; 0 at the others.',
    labels: ['name', 'state'],
    read: (view) =>
      ofJob(view, ({reading}, name) => states({name}, 'state', {all: JOB_STATES, now: reading.state})),
  },
} as const satisfies Record<string, MetricSpec>;

function ofJob(
  {frame: {job}}: View,
  points: (job: JobView, name: string) => readonly Point[],
): readonly Point[] {
  return job === undefined ? [] : points(job, label(job.reading.name));
}

/** Whether what it holds was read: of a job that has ended, or cannot be seen, nothing is known. */
function isHeld({frame: {pools}}: View): boolean {
  return pools.some(({kind, reading}) => kind === 'job' && reading.status === 'ok');
}
