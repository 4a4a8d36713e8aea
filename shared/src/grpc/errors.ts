import { Code, ConnectError } from "@connectrpc/connect";
import { type ErrorCode, errorTable, type Problem } from "../contracts/errors.ts";
import { ProblemSchema } from "../proto/newfeed/v1/common_pb.ts";
import { messageOf } from "./messages.ts";

/** What a code means in gRPC (google.rpc.Code), where its HTTP status does not say enough. */
const codesOfErrors: Partial<Record<ErrorCode, Code>> = {
  username_taken: Code.AlreadyExists,
  email_taken: Code.AlreadyExists,
  idempotency_in_progress: Code.Aborted,
};

const codesOfStatuses: Record<(typeof errorTable)[ErrorCode]["status"], Code> = {
  400: Code.InvalidArgument,
  401: Code.Unauthenticated,
  403: Code.PermissionDenied,
  404: Code.NotFound,
  405: Code.Unimplemented,
  408: Code.DeadlineExceeded,
  409: Code.FailedPrecondition,
  413: Code.ResourceExhausted,
  414: Code.InvalidArgument,
  415: Code.InvalidArgument,
  416: Code.OutOfRange,
  422: Code.InvalidArgument,
  429: Code.ResourceExhausted,
  431: Code.InvalidArgument,
  500: Code.Internal,
  502: Code.Unavailable,
  503: Code.Unavailable,
  504: Code.DeadlineExceeded,
  508: Code.Internal,
};

/** What a status of HTTP means in gRPC. */
export const codeOfStatus = (status: number): Code =>
  (codesOfStatuses as Partial<Record<number, Code>>)[status] ?? (status >= 500 ? Code.Internal : Code.Unknown);

/** A problem as clients of gRPC get it: a status, its public message, and the whole problem as a detail. */
export function connectErrorOf(problem: Problem, correlationId: string | undefined): ConnectError {
  const { code, publicMessage } = problem;
  const error = new ConnectError(publicMessage, codesOfErrors[code] ?? codesOfStatuses[errorTable[code].status]);
  error.details = [{ desc: ProblemSchema, value: messageOf(ProblemSchema, problem.toDocument(correlationId)) }];
  return error;
}
