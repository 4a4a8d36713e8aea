import express, { type Request, type Response } from "express";
import { bounds } from "../contracts/limits.ts";
import { toProblem } from "./problems.ts";

const parse = express.raw({ limit: bounds.jsonBodyBytes, type: () => true, inflate: false });

/** Reads a body as its bytes came, for what is signed. Throws `payload_too_large`, `unsupported_media_type` for one that is compressed. */
export function readBytes(request: Request, response: Response): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    parse(request, response, (error?: unknown) => {
      if (error) reject(toProblem(error));
      else resolve(Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0));
    });
  });
}
