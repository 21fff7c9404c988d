import * as $protobuf from "protobufjs";
import Long = require("long");
/** Namespace v1alpha1. */
export namespace v1alpha1 {

    /** Properties of a VersionRequest. */
    interface IVersionRequest {

        /** VersionRequest version */
        version?: (string|null);
    }

    /** Represents a VersionRequest. */
    class VersionRequest implements IVersionRequest {

        /**
         * Constructs a new VersionRequest.
         * @param [properties] Properties to set
         */
        constructor(properties?: v1alpha1.IVersionRequest);

        /** VersionRequest version. */
        public version: string;

        /**
         * Encodes the specified VersionRequest message. Does not implicitly {@link v1alpha1.VersionRequest.verify|verify} messages.
         * @param message VersionRequest message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        public static encode(message: v1alpha1.IVersionRequest, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a VersionRequest message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns VersionRequest
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        public static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): v1alpha1.VersionRequest;
    }

    /** Properties of a VersionResponse. */
    interface IVersionResponse {

        /** VersionResponse version */
        version?: (string|null);

        /** VersionResponse runtimeName */
        runtimeName?: (string|null);

        /** VersionResponse runtimeVersion */
        runtimeVersion?: (string|null);
    }

    /** Represents a VersionResponse. */
    class VersionResponse implements IVersionResponse {

        /**
         * Constructs a new VersionResponse.
         * @param [properties] Properties to set
         */
        constructor(properties?: v1alpha1.IVersionResponse);

        /** VersionResponse version. */
        public version: string;

        /** VersionResponse runtimeName. */
        public runtimeName: string;

        /** VersionResponse runtimeVersion. */
        public runtimeVersion: string;

        /**
         * Encodes the specified VersionResponse message. Does not implicitly {@link v1alpha1.VersionResponse.verify|verify} messages.
         * @param message VersionResponse message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        public static encode(message: v1alpha1.IVersionResponse, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a VersionResponse message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns VersionResponse
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        public static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): v1alpha1.VersionResponse;
    }

    /** Properties of a MountRequest. */
    interface IMountRequest {

        /** MountRequest attributes */
        attributes?: (string|null);

        /** MountRequest secrets */
        secrets?: (string|null);

        /** MountRequest targetPath */
        targetPath?: (string|null);

        /** MountRequest permission */
        permission?: (string|null);

        /** MountRequest currentObjectVersion */
        currentObjectVersion?: (v1alpha1.IObjectVersion[]|null);
    }

    /** Represents a MountRequest. */
    class MountRequest implements IMountRequest {

        /**
         * Constructs a new MountRequest.
         * @param [properties] Properties to set
         */
        constructor(properties?: v1alpha1.IMountRequest);

        /** MountRequest attributes. */
        public attributes: string;

        /** MountRequest secrets. */
        public secrets: string;

        /** MountRequest targetPath. */
        public targetPath: string;

        /** MountRequest permission. */
        public permission: string;

        /** MountRequest currentObjectVersion. */
        public currentObjectVersion: v1alpha1.IObjectVersion[];

        /**
         * Encodes the specified MountRequest message. Does not implicitly {@link v1alpha1.MountRequest.verify|verify} messages.
         * @param message MountRequest message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        public static encode(message: v1alpha1.IMountRequest, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a MountRequest message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns MountRequest
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        public static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): v1alpha1.MountRequest;
    }

    /** Properties of a MountResponse. */
    interface IMountResponse {

        /** MountResponse objectVersion */
        objectVersion?: (v1alpha1.IObjectVersion[]|null);

        /** MountResponse error */
        error?: (v1alpha1.IError|null);

        /** MountResponse files */
        files?: (v1alpha1.IFile[]|null);
    }

    /** Represents a MountResponse. */
    class MountResponse implements IMountResponse {

        /**
         * Constructs a new MountResponse.
         * @param [properties] Properties to set
         */
        constructor(properties?: v1alpha1.IMountResponse);

        /** MountResponse objectVersion. */
        public objectVersion: v1alpha1.IObjectVersion[];

        /** MountResponse error. */
        public error?: (v1alpha1.IError|null);

        /** MountResponse files. */
        public files: v1alpha1.IFile[];

        /**
         * Encodes the specified MountResponse message. Does not implicitly {@link v1alpha1.MountResponse.verify|verify} messages.
         * @param message MountResponse message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        public static encode(message: v1alpha1.IMountResponse, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a MountResponse message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns MountResponse
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        public static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): v1alpha1.MountResponse;
    }

    /** Properties of a File. */
    interface IFile {

        /** File path */
        path?: (string|null);

        /** File mode */
        mode?: (number|null);

        /** File contents */
        contents?: (Uint8Array|null);
    }

    /** Represents a File. */
    class File implements IFile {

        /**
         * Constructs a new File.
         * @param [properties] Properties to set
         */
        constructor(properties?: v1alpha1.IFile);

        /** File path. */
        public path: string;

        /** File mode. */
        public mode: number;

        /** File contents. */
        public contents: Uint8Array;

        /**
         * Encodes the specified File message. Does not implicitly {@link v1alpha1.File.verify|verify} messages.
         * @param message File message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        public static encode(message: v1alpha1.IFile, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a File message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns File
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        public static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): v1alpha1.File;
    }

    /** Properties of an ObjectVersion. */
    interface IObjectVersion {

        /** ObjectVersion id */
        id?: (string|null);

        /** ObjectVersion version */
        version?: (string|null);
    }

    /** Represents an ObjectVersion. */
    class ObjectVersion implements IObjectVersion {

        /**
         * Constructs a new ObjectVersion.
         * @param [properties] Properties to set
         */
        constructor(properties?: v1alpha1.IObjectVersion);

        /** ObjectVersion id. */
        public id: string;

        /** ObjectVersion version. */
        public version: string;

        /**
         * Encodes the specified ObjectVersion message. Does not implicitly {@link v1alpha1.ObjectVersion.verify|verify} messages.
         * @param message ObjectVersion message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        public static encode(message: v1alpha1.IObjectVersion, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes an ObjectVersion message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns ObjectVersion
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        public static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): v1alpha1.ObjectVersion;
    }

    /** Properties of an Error. */
    interface IError {

        /** Error code */
        code?: (string|null);
    }

    /** Represents an Error. */
    class Error implements IError {

        /**
         * Constructs a new Error.
         * @param [properties] Properties to set
         */
        constructor(properties?: v1alpha1.IError);

        /** Error code. */
        public code: string;

        /**
         * Encodes the specified Error message. Does not implicitly {@link v1alpha1.Error.verify|verify} messages.
         * @param message Error message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        public static encode(message: v1alpha1.IError, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes an Error message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns Error
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        public static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): v1alpha1.Error;
    }
}

/** Namespace grpc. */
export namespace grpc {

    /** Namespace health. */
    namespace health {

        /** Namespace v1. */
        namespace v1 {

            /** Properties of a HealthCheckRequest. */
            interface IHealthCheckRequest {

                /** HealthCheckRequest service */
                service?: (string|null);
            }

            /** Represents a HealthCheckRequest. */
            class HealthCheckRequest implements IHealthCheckRequest {

                /**
                 * Constructs a new HealthCheckRequest.
                 * @param [properties] Properties to set
                 */
                constructor(properties?: grpc.health.v1.IHealthCheckRequest);

                /** HealthCheckRequest service. */
                public service: string;

                /**
                 * Encodes the specified HealthCheckRequest message. Does not implicitly {@link grpc.health.v1.HealthCheckRequest.verify|verify} messages.
                 * @param message HealthCheckRequest message or plain object to encode
                 * @param [writer] Writer to encode to
                 * @returns Writer
                 */
                public static encode(message: grpc.health.v1.IHealthCheckRequest, writer?: $protobuf.Writer): $protobuf.Writer;

                /**
                 * Decodes a HealthCheckRequest message from the specified reader or buffer.
                 * @param reader Reader or buffer to decode from
                 * @param [length] Message length if known beforehand
                 * @returns HealthCheckRequest
                 * @throws {Error} If the payload is not a reader or valid buffer
                 * @throws {$protobuf.util.ProtocolError} If required fields are missing
                 */
                public static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): grpc.health.v1.HealthCheckRequest;
            }

            /** Properties of a HealthCheckResponse. */
            interface IHealthCheckResponse {

                /** HealthCheckResponse status */
                status?: (grpc.health.v1.HealthCheckResponse.ServingStatus|null);
            }

            /** Represents a HealthCheckResponse. */
            class HealthCheckResponse implements IHealthCheckResponse {

                /**
                 * Constructs a new HealthCheckResponse.
                 * @param [properties] Properties to set
                 */
                constructor(properties?: grpc.health.v1.IHealthCheckResponse);

                /** HealthCheckResponse status. */
                public status: grpc.health.v1.HealthCheckResponse.ServingStatus;

                /**
                 * Encodes the specified HealthCheckResponse message. Does not implicitly {@link grpc.health.v1.HealthCheckResponse.verify|verify} messages.
                 * @param message HealthCheckResponse message or plain object to encode
                 * @param [writer] Writer to encode to
                 * @returns Writer
                 */
                public static encode(message: grpc.health.v1.IHealthCheckResponse, writer?: $protobuf.Writer): $protobuf.Writer;

                /**
                 * Decodes a HealthCheckResponse message from the specified reader or buffer.
                 * @param reader Reader or buffer to decode from
                 * @param [length] Message length if known beforehand
                 * @returns HealthCheckResponse
                 * @throws {Error} If the payload is not a reader or valid buffer
                 * @throws {$protobuf.util.ProtocolError} If required fields are missing
                 */
                public static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): grpc.health.v1.HealthCheckResponse;
            }

            namespace HealthCheckResponse {

                /** ServingStatus enum. */
                enum ServingStatus {
                    UNKNOWN = 0,
                    SERVING = 1,
                    NOT_SERVING = 2,
                    SERVICE_UNKNOWN = 3
                }
            }
        }
    }
}
