export {
  REPORT_FORMATS,
  type ReportFormat,
  renderReport,
  reportFormatOf,
} from './formats.ts';
export {reportText} from './text.ts';
export {saveReport, uniqueReportName, type WriteResult, writeReport} from './write.ts';
