export {
  REPORT_ENDINGS,
  REPORT_FORMATS,
  type ReportEnding,
  type ReportFormat,
  renderReport,
  reportFormatOf,
} from './formats.ts';
export {saveReport, uniqueReportName, type WriteResult, writeReport} from './write.ts';
