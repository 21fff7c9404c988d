/*eslint-disable block-scoped-var, id-length, no-control-regex, no-magic-numbers, no-prototype-builtins, no-redeclare, no-shadow, no-var, sort-vars*/
import $protobuf from "protobufjs/minimal.js";

// Common aliases
const $Reader = $protobuf.Reader, $Writer = $protobuf.Writer, $util = $protobuf.util;

// Exported root namespace
const $root = $protobuf.roots["default"] || ($protobuf.roots["default"] = {});

export const v1alpha1 = $root.v1alpha1 = (() => {

    /**
     * Namespace v1alpha1.
     * @exports v1alpha1
     * @namespace
     */
    const v1alpha1 = {};

    v1alpha1.VersionRequest = (function() {

        /**
         * Properties of a VersionRequest.
         * @memberof v1alpha1
         * @interface IVersionRequest
         * @property {string|null} [version] VersionRequest version
         */

        /**
         * Constructs a new VersionRequest.
         * @memberof v1alpha1
         * @classdesc Represents a VersionRequest.
         * @implements IVersionRequest
         * @constructor
         * @param {v1alpha1.IVersionRequest=} [properties] Properties to set
         */
        function VersionRequest(properties) {
            if (properties)
                for (let keys = Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        }

        /**
         * VersionRequest version.
         * @member {string} version
         * @memberof v1alpha1.VersionRequest
         * @instance
         */
        VersionRequest.prototype.version = "";

        /**
         * Encodes the specified VersionRequest message. Does not implicitly {@link v1alpha1.VersionRequest.verify|verify} messages.
         * @function encode
         * @memberof v1alpha1.VersionRequest
         * @static
         * @param {v1alpha1.IVersionRequest} message VersionRequest message or plain object to encode
         * @param {$protobuf.Writer} [writer] Writer to encode to
         * @returns {$protobuf.Writer} Writer
         */
        VersionRequest.encode = function encode(message, writer, q) {
            if (!writer)
                writer = $Writer.create();
            if (q === undefined)
                q = 0;
            if (q > $util.recursionLimit)
                throw Error("max depth exceeded");
            if (message.version != null && Object.hasOwnProperty.call(message, "version"))
                writer.uint32(/* id 1, wireType 2 =*/10).string(message.version);
            return writer;
        };

        /**
         * Decodes a VersionRequest message from the specified reader or buffer.
         * @function decode
         * @memberof v1alpha1.VersionRequest
         * @static
         * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
         * @param {number} [length] Message length if known beforehand
         * @returns {v1alpha1.VersionRequest} VersionRequest
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        VersionRequest.decode = function decode(reader, length, error, long) {
            if (!(reader instanceof $Reader))
                reader = $Reader.create(reader);
            if (long === undefined)
                long = 0;
            if (long > $Reader.recursionLimit)
                throw Error("maximum nesting depth exceeded");
            let end, message;
            if (length === undefined)
                end = reader.len;
            else {
                end = reader.pos + length;
                if (end > reader.len)
                    throw RangeError("index out of range");
                length = reader.len;
                reader.len = end;
            }
            message = new $root.v1alpha1.VersionRequest();
            while (reader.pos < end) {
                let tag = reader.uint32();
                if (tag === error)
                    break;
                switch (tag >>> 3) {
                case 1: {
                        message.version = reader.string();
                        break;
                    }
                default:
                    reader.skipType(tag & 7, long);
                    break;
                }
            }
            if (length !== undefined) {
                if (reader.pos !== end)
                    throw RangeError("index out of range");
                reader.len = length;
            }
            return message;
        };

        return VersionRequest;
    })();

    v1alpha1.VersionResponse = (function() {

        /**
         * Properties of a VersionResponse.
         * @memberof v1alpha1
         * @interface IVersionResponse
         * @property {string|null} [version] VersionResponse version
         * @property {string|null} [runtimeName] VersionResponse runtimeName
         * @property {string|null} [runtimeVersion] VersionResponse runtimeVersion
         */

        /**
         * Constructs a new VersionResponse.
         * @memberof v1alpha1
         * @classdesc Represents a VersionResponse.
         * @implements IVersionResponse
         * @constructor
         * @param {v1alpha1.IVersionResponse=} [properties] Properties to set
         */
        function VersionResponse(properties) {
            if (properties)
                for (let keys = Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        }

        /**
         * VersionResponse version.
         * @member {string} version
         * @memberof v1alpha1.VersionResponse
         * @instance
         */
        VersionResponse.prototype.version = "";

        /**
         * VersionResponse runtimeName.
         * @member {string} runtimeName
         * @memberof v1alpha1.VersionResponse
         * @instance
         */
        VersionResponse.prototype.runtimeName = "";

        /**
         * VersionResponse runtimeVersion.
         * @member {string} runtimeVersion
         * @memberof v1alpha1.VersionResponse
         * @instance
         */
        VersionResponse.prototype.runtimeVersion = "";

        /**
         * Encodes the specified VersionResponse message. Does not implicitly {@link v1alpha1.VersionResponse.verify|verify} messages.
         * @function encode
         * @memberof v1alpha1.VersionResponse
         * @static
         * @param {v1alpha1.IVersionResponse} message VersionResponse message or plain object to encode
         * @param {$protobuf.Writer} [writer] Writer to encode to
         * @returns {$protobuf.Writer} Writer
         */
        VersionResponse.encode = function encode(message, writer, q) {
            if (!writer)
                writer = $Writer.create();
            if (q === undefined)
                q = 0;
            if (q > $util.recursionLimit)
                throw Error("max depth exceeded");
            if (message.version != null && Object.hasOwnProperty.call(message, "version"))
                writer.uint32(/* id 1, wireType 2 =*/10).string(message.version);
            if (message.runtimeName != null && Object.hasOwnProperty.call(message, "runtimeName"))
                writer.uint32(/* id 2, wireType 2 =*/18).string(message.runtimeName);
            if (message.runtimeVersion != null && Object.hasOwnProperty.call(message, "runtimeVersion"))
                writer.uint32(/* id 3, wireType 2 =*/26).string(message.runtimeVersion);
            return writer;
        };

        /**
         * Decodes a VersionResponse message from the specified reader or buffer.
         * @function decode
         * @memberof v1alpha1.VersionResponse
         * @static
         * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
         * @param {number} [length] Message length if known beforehand
         * @returns {v1alpha1.VersionResponse} VersionResponse
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        VersionResponse.decode = function decode(reader, length, error, long) {
            if (!(reader instanceof $Reader))
                reader = $Reader.create(reader);
            if (long === undefined)
                long = 0;
            if (long > $Reader.recursionLimit)
                throw Error("maximum nesting depth exceeded");
            let end, message;
            if (length === undefined)
                end = reader.len;
            else {
                end = reader.pos + length;
                if (end > reader.len)
                    throw RangeError("index out of range");
                length = reader.len;
                reader.len = end;
            }
            message = new $root.v1alpha1.VersionResponse();
            while (reader.pos < end) {
                let tag = reader.uint32();
                if (tag === error)
                    break;
                switch (tag >>> 3) {
                case 1: {
                        message.version = reader.string();
                        break;
                    }
                case 2: {
                        message.runtimeName = reader.string();
                        break;
                    }
                case 3: {
                        message.runtimeVersion = reader.string();
                        break;
                    }
                default:
                    reader.skipType(tag & 7, long);
                    break;
                }
            }
            if (length !== undefined) {
                if (reader.pos !== end)
                    throw RangeError("index out of range");
                reader.len = length;
            }
            return message;
        };

        return VersionResponse;
    })();

    v1alpha1.MountRequest = (function() {

        /**
         * Properties of a MountRequest.
         * @memberof v1alpha1
         * @interface IMountRequest
         * @property {string|null} [attributes] MountRequest attributes
         * @property {string|null} [secrets] MountRequest secrets
         * @property {string|null} [targetPath] MountRequest targetPath
         * @property {string|null} [permission] MountRequest permission
         * @property {Array.<v1alpha1.IObjectVersion>|null} [currentObjectVersion] MountRequest currentObjectVersion
         */

        /**
         * Constructs a new MountRequest.
         * @memberof v1alpha1
         * @classdesc Represents a MountRequest.
         * @implements IMountRequest
         * @constructor
         * @param {v1alpha1.IMountRequest=} [properties] Properties to set
         */
        function MountRequest(properties) {
            this.currentObjectVersion = [];
            if (properties)
                for (let keys = Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        }

        /**
         * MountRequest attributes.
         * @member {string} attributes
         * @memberof v1alpha1.MountRequest
         * @instance
         */
        MountRequest.prototype.attributes = "";

        /**
         * MountRequest secrets.
         * @member {string} secrets
         * @memberof v1alpha1.MountRequest
         * @instance
         */
        MountRequest.prototype.secrets = "";

        /**
         * MountRequest targetPath.
         * @member {string} targetPath
         * @memberof v1alpha1.MountRequest
         * @instance
         */
        MountRequest.prototype.targetPath = "";

        /**
         * MountRequest permission.
         * @member {string} permission
         * @memberof v1alpha1.MountRequest
         * @instance
         */
        MountRequest.prototype.permission = "";

        /**
         * MountRequest currentObjectVersion.
         * @member {Array.<v1alpha1.IObjectVersion>} currentObjectVersion
         * @memberof v1alpha1.MountRequest
         * @instance
         */
        MountRequest.prototype.currentObjectVersion = $util.emptyArray;

        /**
         * Encodes the specified MountRequest message. Does not implicitly {@link v1alpha1.MountRequest.verify|verify} messages.
         * @function encode
         * @memberof v1alpha1.MountRequest
         * @static
         * @param {v1alpha1.IMountRequest} message MountRequest message or plain object to encode
         * @param {$protobuf.Writer} [writer] Writer to encode to
         * @returns {$protobuf.Writer} Writer
         */
        MountRequest.encode = function encode(message, writer, q) {
            if (!writer)
                writer = $Writer.create();
            if (q === undefined)
                q = 0;
            if (q > $util.recursionLimit)
                throw Error("max depth exceeded");
            if (message.attributes != null && Object.hasOwnProperty.call(message, "attributes"))
                writer.uint32(/* id 1, wireType 2 =*/10).string(message.attributes);
            if (message.secrets != null && Object.hasOwnProperty.call(message, "secrets"))
                writer.uint32(/* id 2, wireType 2 =*/18).string(message.secrets);
            if (message.targetPath != null && Object.hasOwnProperty.call(message, "targetPath"))
                writer.uint32(/* id 3, wireType 2 =*/26).string(message.targetPath);
            if (message.permission != null && Object.hasOwnProperty.call(message, "permission"))
                writer.uint32(/* id 4, wireType 2 =*/34).string(message.permission);
            if (message.currentObjectVersion != null && message.currentObjectVersion.length)
                for (let i = 0; i < message.currentObjectVersion.length; ++i)
                    $root.v1alpha1.ObjectVersion.encode(message.currentObjectVersion[i], writer.uint32(/* id 5, wireType 2 =*/42).fork(), q + 1).ldelim();
            return writer;
        };

        /**
         * Decodes a MountRequest message from the specified reader or buffer.
         * @function decode
         * @memberof v1alpha1.MountRequest
         * @static
         * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
         * @param {number} [length] Message length if known beforehand
         * @returns {v1alpha1.MountRequest} MountRequest
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        MountRequest.decode = function decode(reader, length, error, long) {
            if (!(reader instanceof $Reader))
                reader = $Reader.create(reader);
            if (long === undefined)
                long = 0;
            if (long > $Reader.recursionLimit)
                throw Error("maximum nesting depth exceeded");
            let end, message;
            if (length === undefined)
                end = reader.len;
            else {
                end = reader.pos + length;
                if (end > reader.len)
                    throw RangeError("index out of range");
                length = reader.len;
                reader.len = end;
            }
            message = new $root.v1alpha1.MountRequest();
            while (reader.pos < end) {
                let tag = reader.uint32();
                if (tag === error)
                    break;
                switch (tag >>> 3) {
                case 1: {
                        message.attributes = reader.string();
                        break;
                    }
                case 2: {
                        message.secrets = reader.string();
                        break;
                    }
                case 3: {
                        message.targetPath = reader.string();
                        break;
                    }
                case 4: {
                        message.permission = reader.string();
                        break;
                    }
                case 5: {
                        if (!(message.currentObjectVersion && message.currentObjectVersion.length))
                            message.currentObjectVersion = [];
                        message.currentObjectVersion.push($root.v1alpha1.ObjectVersion.decode(reader, reader.uint32(), undefined, long + 1));
                        break;
                    }
                default:
                    reader.skipType(tag & 7, long);
                    break;
                }
            }
            if (length !== undefined) {
                if (reader.pos !== end)
                    throw RangeError("index out of range");
                reader.len = length;
            }
            return message;
        };

        return MountRequest;
    })();

    v1alpha1.MountResponse = (function() {

        /**
         * Properties of a MountResponse.
         * @memberof v1alpha1
         * @interface IMountResponse
         * @property {Array.<v1alpha1.IObjectVersion>|null} [objectVersion] MountResponse objectVersion
         * @property {v1alpha1.IError|null} [error] MountResponse error
         * @property {Array.<v1alpha1.IFile>|null} [files] MountResponse files
         */

        /**
         * Constructs a new MountResponse.
         * @memberof v1alpha1
         * @classdesc Represents a MountResponse.
         * @implements IMountResponse
         * @constructor
         * @param {v1alpha1.IMountResponse=} [properties] Properties to set
         */
        function MountResponse(properties) {
            this.objectVersion = [];
            this.files = [];
            if (properties)
                for (let keys = Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        }

        /**
         * MountResponse objectVersion.
         * @member {Array.<v1alpha1.IObjectVersion>} objectVersion
         * @memberof v1alpha1.MountResponse
         * @instance
         */
        MountResponse.prototype.objectVersion = $util.emptyArray;

        /**
         * MountResponse error.
         * @member {v1alpha1.IError|null|undefined} error
         * @memberof v1alpha1.MountResponse
         * @instance
         */
        MountResponse.prototype.error = null;

        /**
         * MountResponse files.
         * @member {Array.<v1alpha1.IFile>} files
         * @memberof v1alpha1.MountResponse
         * @instance
         */
        MountResponse.prototype.files = $util.emptyArray;

        /**
         * Encodes the specified MountResponse message. Does not implicitly {@link v1alpha1.MountResponse.verify|verify} messages.
         * @function encode
         * @memberof v1alpha1.MountResponse
         * @static
         * @param {v1alpha1.IMountResponse} message MountResponse message or plain object to encode
         * @param {$protobuf.Writer} [writer] Writer to encode to
         * @returns {$protobuf.Writer} Writer
         */
        MountResponse.encode = function encode(message, writer, q) {
            if (!writer)
                writer = $Writer.create();
            if (q === undefined)
                q = 0;
            if (q > $util.recursionLimit)
                throw Error("max depth exceeded");
            if (message.objectVersion != null && message.objectVersion.length)
                for (let i = 0; i < message.objectVersion.length; ++i)
                    $root.v1alpha1.ObjectVersion.encode(message.objectVersion[i], writer.uint32(/* id 1, wireType 2 =*/10).fork(), q + 1).ldelim();
            if (message.error != null && Object.hasOwnProperty.call(message, "error"))
                $root.v1alpha1.Error.encode(message.error, writer.uint32(/* id 2, wireType 2 =*/18).fork(), q + 1).ldelim();
            if (message.files != null && message.files.length)
                for (let i = 0; i < message.files.length; ++i)
                    $root.v1alpha1.File.encode(message.files[i], writer.uint32(/* id 3, wireType 2 =*/26).fork(), q + 1).ldelim();
            return writer;
        };

        /**
         * Decodes a MountResponse message from the specified reader or buffer.
         * @function decode
         * @memberof v1alpha1.MountResponse
         * @static
         * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
         * @param {number} [length] Message length if known beforehand
         * @returns {v1alpha1.MountResponse} MountResponse
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        MountResponse.decode = function decode(reader, length, error, long) {
            if (!(reader instanceof $Reader))
                reader = $Reader.create(reader);
            if (long === undefined)
                long = 0;
            if (long > $Reader.recursionLimit)
                throw Error("maximum nesting depth exceeded");
            let end, message;
            if (length === undefined)
                end = reader.len;
            else {
                end = reader.pos + length;
                if (end > reader.len)
                    throw RangeError("index out of range");
                length = reader.len;
                reader.len = end;
            }
            message = new $root.v1alpha1.MountResponse();
            while (reader.pos < end) {
                let tag = reader.uint32();
                if (tag === error)
                    break;
                switch (tag >>> 3) {
                case 1: {
                        if (!(message.objectVersion && message.objectVersion.length))
                            message.objectVersion = [];
                        message.objectVersion.push($root.v1alpha1.ObjectVersion.decode(reader, reader.uint32(), undefined, long + 1));
                        break;
                    }
                case 2: {
                        message.error = $root.v1alpha1.Error.decode(reader, reader.uint32(), undefined, long + 1);
                        break;
                    }
                case 3: {
                        if (!(message.files && message.files.length))
                            message.files = [];
                        message.files.push($root.v1alpha1.File.decode(reader, reader.uint32(), undefined, long + 1));
                        break;
                    }
                default:
                    reader.skipType(tag & 7, long);
                    break;
                }
            }
            if (length !== undefined) {
                if (reader.pos !== end)
                    throw RangeError("index out of range");
                reader.len = length;
            }
            return message;
        };

        return MountResponse;
    })();

    v1alpha1.File = (function() {

        /**
         * Properties of a File.
         * @memberof v1alpha1
         * @interface IFile
         * @property {string|null} [path] File path
         * @property {number|null} [mode] File mode
         * @property {Uint8Array|null} [contents] File contents
         */

        /**
         * Constructs a new File.
         * @memberof v1alpha1
         * @classdesc Represents a File.
         * @implements IFile
         * @constructor
         * @param {v1alpha1.IFile=} [properties] Properties to set
         */
        function File(properties) {
            if (properties)
                for (let keys = Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        }

        /**
         * File path.
         * @member {string} path
         * @memberof v1alpha1.File
         * @instance
         */
        File.prototype.path = "";

        /**
         * File mode.
         * @member {number} mode
         * @memberof v1alpha1.File
         * @instance
         */
        File.prototype.mode = 0;

        /**
         * File contents.
         * @member {Uint8Array} contents
         * @memberof v1alpha1.File
         * @instance
         */
        File.prototype.contents = $util.newBuffer([]);

        /**
         * Encodes the specified File message. Does not implicitly {@link v1alpha1.File.verify|verify} messages.
         * @function encode
         * @memberof v1alpha1.File
         * @static
         * @param {v1alpha1.IFile} message File message or plain object to encode
         * @param {$protobuf.Writer} [writer] Writer to encode to
         * @returns {$protobuf.Writer} Writer
         */
        File.encode = function encode(message, writer, q) {
            if (!writer)
                writer = $Writer.create();
            if (q === undefined)
                q = 0;
            if (q > $util.recursionLimit)
                throw Error("max depth exceeded");
            if (message.path != null && Object.hasOwnProperty.call(message, "path"))
                writer.uint32(/* id 1, wireType 2 =*/10).string(message.path);
            if (message.mode != null && Object.hasOwnProperty.call(message, "mode"))
                writer.uint32(/* id 2, wireType 0 =*/16).int32(message.mode);
            if (message.contents != null && Object.hasOwnProperty.call(message, "contents"))
                writer.uint32(/* id 3, wireType 2 =*/26).bytes(message.contents);
            return writer;
        };

        /**
         * Decodes a File message from the specified reader or buffer.
         * @function decode
         * @memberof v1alpha1.File
         * @static
         * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
         * @param {number} [length] Message length if known beforehand
         * @returns {v1alpha1.File} File
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        File.decode = function decode(reader, length, error, long) {
            if (!(reader instanceof $Reader))
                reader = $Reader.create(reader);
            if (long === undefined)
                long = 0;
            if (long > $Reader.recursionLimit)
                throw Error("maximum nesting depth exceeded");
            let end, message;
            if (length === undefined)
                end = reader.len;
            else {
                end = reader.pos + length;
                if (end > reader.len)
                    throw RangeError("index out of range");
                length = reader.len;
                reader.len = end;
            }
            message = new $root.v1alpha1.File();
            while (reader.pos < end) {
                let tag = reader.uint32();
                if (tag === error)
                    break;
                switch (tag >>> 3) {
                case 1: {
                        message.path = reader.string();
                        break;
                    }
                case 2: {
                        message.mode = reader.int32();
                        break;
                    }
                case 3: {
                        message.contents = reader.bytes();
                        break;
                    }
                default:
                    reader.skipType(tag & 7, long);
                    break;
                }
            }
            if (length !== undefined) {
                if (reader.pos !== end)
                    throw RangeError("index out of range");
                reader.len = length;
            }
            return message;
        };

        return File;
    })();

    v1alpha1.ObjectVersion = (function() {

        /**
         * Properties of an ObjectVersion.
         * @memberof v1alpha1
         * @interface IObjectVersion
         * @property {string|null} [id] ObjectVersion id
         * @property {string|null} [version] ObjectVersion version
         */

        /**
         * Constructs a new ObjectVersion.
         * @memberof v1alpha1
         * @classdesc Represents an ObjectVersion.
         * @implements IObjectVersion
         * @constructor
         * @param {v1alpha1.IObjectVersion=} [properties] Properties to set
         */
        function ObjectVersion(properties) {
            if (properties)
                for (let keys = Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        }

        /**
         * ObjectVersion id.
         * @member {string} id
         * @memberof v1alpha1.ObjectVersion
         * @instance
         */
        ObjectVersion.prototype.id = "";

        /**
         * ObjectVersion version.
         * @member {string} version
         * @memberof v1alpha1.ObjectVersion
         * @instance
         */
        ObjectVersion.prototype.version = "";

        /**
         * Encodes the specified ObjectVersion message. Does not implicitly {@link v1alpha1.ObjectVersion.verify|verify} messages.
         * @function encode
         * @memberof v1alpha1.ObjectVersion
         * @static
         * @param {v1alpha1.IObjectVersion} message ObjectVersion message or plain object to encode
         * @param {$protobuf.Writer} [writer] Writer to encode to
         * @returns {$protobuf.Writer} Writer
         */
        ObjectVersion.encode = function encode(message, writer, q) {
            if (!writer)
                writer = $Writer.create();
            if (q === undefined)
                q = 0;
            if (q > $util.recursionLimit)
                throw Error("max depth exceeded");
            if (message.id != null && Object.hasOwnProperty.call(message, "id"))
                writer.uint32(/* id 1, wireType 2 =*/10).string(message.id);
            if (message.version != null && Object.hasOwnProperty.call(message, "version"))
                writer.uint32(/* id 2, wireType 2 =*/18).string(message.version);
            return writer;
        };

        /**
         * Decodes an ObjectVersion message from the specified reader or buffer.
         * @function decode
         * @memberof v1alpha1.ObjectVersion
         * @static
         * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
         * @param {number} [length] Message length if known beforehand
         * @returns {v1alpha1.ObjectVersion} ObjectVersion
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        ObjectVersion.decode = function decode(reader, length, error, long) {
            if (!(reader instanceof $Reader))
                reader = $Reader.create(reader);
            if (long === undefined)
                long = 0;
            if (long > $Reader.recursionLimit)
                throw Error("maximum nesting depth exceeded");
            let end, message;
            if (length === undefined)
                end = reader.len;
            else {
                end = reader.pos + length;
                if (end > reader.len)
                    throw RangeError("index out of range");
                length = reader.len;
                reader.len = end;
            }
            message = new $root.v1alpha1.ObjectVersion();
            while (reader.pos < end) {
                let tag = reader.uint32();
                if (tag === error)
                    break;
                switch (tag >>> 3) {
                case 1: {
                        message.id = reader.string();
                        break;
                    }
                case 2: {
                        message.version = reader.string();
                        break;
                    }
                default:
                    reader.skipType(tag & 7, long);
                    break;
                }
            }
            if (length !== undefined) {
                if (reader.pos !== end)
                    throw RangeError("index out of range");
                reader.len = length;
            }
            return message;
        };

        return ObjectVersion;
    })();

    v1alpha1.Error = (function() {

        /**
         * Properties of an Error.
         * @memberof v1alpha1
         * @interface IError
         * @property {string|null} [code] Error code
         */

        /**
         * Constructs a new Error.
         * @memberof v1alpha1
         * @classdesc Represents an Error.
         * @implements IError
         * @constructor
         * @param {v1alpha1.IError=} [properties] Properties to set
         */
        function Error(properties) {
            if (properties)
                for (let keys = Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        }

        /**
         * Error code.
         * @member {string} code
         * @memberof v1alpha1.Error
         * @instance
         */
        Error.prototype.code = "";

        /**
         * Encodes the specified Error message. Does not implicitly {@link v1alpha1.Error.verify|verify} messages.
         * @function encode
         * @memberof v1alpha1.Error
         * @static
         * @param {v1alpha1.IError} message Error message or plain object to encode
         * @param {$protobuf.Writer} [writer] Writer to encode to
         * @returns {$protobuf.Writer} Writer
         */
        Error.encode = function encode(message, writer, q) {
            if (!writer)
                writer = $Writer.create();
            if (q === undefined)
                q = 0;
            if (q > $util.recursionLimit)
                throw Error("max depth exceeded");
            if (message.code != null && Object.hasOwnProperty.call(message, "code"))
                writer.uint32(/* id 1, wireType 2 =*/10).string(message.code);
            return writer;
        };

        /**
         * Decodes an Error message from the specified reader or buffer.
         * @function decode
         * @memberof v1alpha1.Error
         * @static
         * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
         * @param {number} [length] Message length if known beforehand
         * @returns {v1alpha1.Error} Error
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        Error.decode = function decode(reader, length, error, long) {
            if (!(reader instanceof $Reader))
                reader = $Reader.create(reader);
            if (long === undefined)
                long = 0;
            if (long > $Reader.recursionLimit)
                throw Error("maximum nesting depth exceeded");
            let end, message;
            if (length === undefined)
                end = reader.len;
            else {
                end = reader.pos + length;
                if (end > reader.len)
                    throw RangeError("index out of range");
                length = reader.len;
                reader.len = end;
            }
            message = new $root.v1alpha1.Error();
            while (reader.pos < end) {
                let tag = reader.uint32();
                if (tag === error)
                    break;
                switch (tag >>> 3) {
                case 1: {
                        message.code = reader.string();
                        break;
                    }
                default:
                    reader.skipType(tag & 7, long);
                    break;
                }
            }
            if (length !== undefined) {
                if (reader.pos !== end)
                    throw RangeError("index out of range");
                reader.len = length;
            }
            return message;
        };

        return Error;
    })();

    return v1alpha1;
})();

export const grpc = $root.grpc = (() => {

    /**
     * Namespace grpc.
     * @exports grpc
     * @namespace
     */
    const grpc = {};

    grpc.health = (function() {

        /**
         * Namespace health.
         * @memberof grpc
         * @namespace
         */
        const health = {};

        health.v1 = (function() {

            /**
             * Namespace v1.
             * @memberof grpc.health
             * @namespace
             */
            const v1 = {};

            v1.HealthCheckRequest = (function() {

                /**
                 * Properties of a HealthCheckRequest.
                 * @memberof grpc.health.v1
                 * @interface IHealthCheckRequest
                 * @property {string|null} [service] HealthCheckRequest service
                 */

                /**
                 * Constructs a new HealthCheckRequest.
                 * @memberof grpc.health.v1
                 * @classdesc Represents a HealthCheckRequest.
                 * @implements IHealthCheckRequest
                 * @constructor
                 * @param {grpc.health.v1.IHealthCheckRequest=} [properties] Properties to set
                 */
                function HealthCheckRequest(properties) {
                    if (properties)
                        for (let keys = Object.keys(properties), i = 0; i < keys.length; ++i)
                            if (properties[keys[i]] != null && keys[i] !== "__proto__")
                                this[keys[i]] = properties[keys[i]];
                }

                /**
                 * HealthCheckRequest service.
                 * @member {string} service
                 * @memberof grpc.health.v1.HealthCheckRequest
                 * @instance
                 */
                HealthCheckRequest.prototype.service = "";

                /**
                 * Encodes the specified HealthCheckRequest message. Does not implicitly {@link grpc.health.v1.HealthCheckRequest.verify|verify} messages.
                 * @function encode
                 * @memberof grpc.health.v1.HealthCheckRequest
                 * @static
                 * @param {grpc.health.v1.IHealthCheckRequest} message HealthCheckRequest message or plain object to encode
                 * @param {$protobuf.Writer} [writer] Writer to encode to
                 * @returns {$protobuf.Writer} Writer
                 */
                HealthCheckRequest.encode = function encode(message, writer, q) {
                    if (!writer)
                        writer = $Writer.create();
                    if (q === undefined)
                        q = 0;
                    if (q > $util.recursionLimit)
                        throw Error("max depth exceeded");
                    if (message.service != null && Object.hasOwnProperty.call(message, "service"))
                        writer.uint32(/* id 1, wireType 2 =*/10).string(message.service);
                    return writer;
                };

                /**
                 * Decodes a HealthCheckRequest message from the specified reader or buffer.
                 * @function decode
                 * @memberof grpc.health.v1.HealthCheckRequest
                 * @static
                 * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
                 * @param {number} [length] Message length if known beforehand
                 * @returns {grpc.health.v1.HealthCheckRequest} HealthCheckRequest
                 * @throws {Error} If the payload is not a reader or valid buffer
                 * @throws {$protobuf.util.ProtocolError} If required fields are missing
                 */
                HealthCheckRequest.decode = function decode(reader, length, error, long) {
                    if (!(reader instanceof $Reader))
                        reader = $Reader.create(reader);
                    if (long === undefined)
                        long = 0;
                    if (long > $Reader.recursionLimit)
                        throw Error("maximum nesting depth exceeded");
                    let end, message;
                    if (length === undefined)
                        end = reader.len;
                    else {
                        end = reader.pos + length;
                        if (end > reader.len)
                            throw RangeError("index out of range");
                        length = reader.len;
                        reader.len = end;
                    }
                    message = new $root.grpc.health.v1.HealthCheckRequest();
                    while (reader.pos < end) {
                        let tag = reader.uint32();
                        if (tag === error)
                            break;
                        switch (tag >>> 3) {
                        case 1: {
                                message.service = reader.string();
                                break;
                            }
                        default:
                            reader.skipType(tag & 7, long);
                            break;
                        }
                    }
                    if (length !== undefined) {
                        if (reader.pos !== end)
                            throw RangeError("index out of range");
                        reader.len = length;
                    }
                    return message;
                };

                return HealthCheckRequest;
            })();

            v1.HealthCheckResponse = (function() {

                /**
                 * Properties of a HealthCheckResponse.
                 * @memberof grpc.health.v1
                 * @interface IHealthCheckResponse
                 * @property {grpc.health.v1.HealthCheckResponse.ServingStatus|null} [status] HealthCheckResponse status
                 */

                /**
                 * Constructs a new HealthCheckResponse.
                 * @memberof grpc.health.v1
                 * @classdesc Represents a HealthCheckResponse.
                 * @implements IHealthCheckResponse
                 * @constructor
                 * @param {grpc.health.v1.IHealthCheckResponse=} [properties] Properties to set
                 */
                function HealthCheckResponse(properties) {
                    if (properties)
                        for (let keys = Object.keys(properties), i = 0; i < keys.length; ++i)
                            if (properties[keys[i]] != null && keys[i] !== "__proto__")
                                this[keys[i]] = properties[keys[i]];
                }

                /**
                 * HealthCheckResponse status.
                 * @member {grpc.health.v1.HealthCheckResponse.ServingStatus} status
                 * @memberof grpc.health.v1.HealthCheckResponse
                 * @instance
                 */
                HealthCheckResponse.prototype.status = 0;

                /**
                 * Encodes the specified HealthCheckResponse message. Does not implicitly {@link grpc.health.v1.HealthCheckResponse.verify|verify} messages.
                 * @function encode
                 * @memberof grpc.health.v1.HealthCheckResponse
                 * @static
                 * @param {grpc.health.v1.IHealthCheckResponse} message HealthCheckResponse message or plain object to encode
                 * @param {$protobuf.Writer} [writer] Writer to encode to
                 * @returns {$protobuf.Writer} Writer
                 */
                HealthCheckResponse.encode = function encode(message, writer, q) {
                    if (!writer)
                        writer = $Writer.create();
                    if (q === undefined)
                        q = 0;
                    if (q > $util.recursionLimit)
                        throw Error("max depth exceeded");
                    if (message.status != null && Object.hasOwnProperty.call(message, "status"))
                        writer.uint32(/* id 1, wireType 0 =*/8).int32(message.status);
                    return writer;
                };

                /**
                 * Decodes a HealthCheckResponse message from the specified reader or buffer.
                 * @function decode
                 * @memberof grpc.health.v1.HealthCheckResponse
                 * @static
                 * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
                 * @param {number} [length] Message length if known beforehand
                 * @returns {grpc.health.v1.HealthCheckResponse} HealthCheckResponse
                 * @throws {Error} If the payload is not a reader or valid buffer
                 * @throws {$protobuf.util.ProtocolError} If required fields are missing
                 */
                HealthCheckResponse.decode = function decode(reader, length, error, long) {
                    if (!(reader instanceof $Reader))
                        reader = $Reader.create(reader);
                    if (long === undefined)
                        long = 0;
                    if (long > $Reader.recursionLimit)
                        throw Error("maximum nesting depth exceeded");
                    let end, message;
                    if (length === undefined)
                        end = reader.len;
                    else {
                        end = reader.pos + length;
                        if (end > reader.len)
                            throw RangeError("index out of range");
                        length = reader.len;
                        reader.len = end;
                    }
                    message = new $root.grpc.health.v1.HealthCheckResponse();
                    while (reader.pos < end) {
                        let tag = reader.uint32();
                        if (tag === error)
                            break;
                        switch (tag >>> 3) {
                        case 1: {
                                message.status = reader.int32();
                                break;
                            }
                        default:
                            reader.skipType(tag & 7, long);
                            break;
                        }
                    }
                    if (length !== undefined) {
                        if (reader.pos !== end)
                            throw RangeError("index out of range");
                        reader.len = length;
                    }
                    return message;
                };

                /**
                 * ServingStatus enum.
                 * @name grpc.health.v1.HealthCheckResponse.ServingStatus
                 * @enum {number}
                 * @property {number} UNKNOWN=0 UNKNOWN value
                 * @property {number} SERVING=1 SERVING value
                 * @property {number} NOT_SERVING=2 NOT_SERVING value
                 * @property {number} SERVICE_UNKNOWN=3 SERVICE_UNKNOWN value
                 */
                HealthCheckResponse.ServingStatus = (function() {
                    const valuesById = {}, values = Object.create(valuesById);
                    values[valuesById[0] = "UNKNOWN"] = 0;
                    values[valuesById[1] = "SERVING"] = 1;
                    values[valuesById[2] = "NOT_SERVING"] = 2;
                    values[valuesById[3] = "SERVICE_UNKNOWN"] = 3;
                    return values;
                })();

                return HealthCheckResponse;
            })();

            return v1;
        })();

        return health;
    })();

    return grpc;
})();

export { $root as default };
